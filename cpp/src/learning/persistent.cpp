#include "learning/persistent.h"

#include <algorithm>
#include <cmath>

#include "math/thread_pool.h"

namespace wakesleep {
namespace {

constexpr Index floats_a_piece = 1 << 13;

// f(first, count) for pieces of n floats.
template <class F>
void each_piece(Index n, F&& f) {
  math::parallel_for((n + floats_a_piece - 1) / floats_a_piece, static_cast<double>(floats_a_piece), [&](Index piece) {
    f(piece * floats_a_piece, std::min(floats_a_piece, n - piece * floats_a_piece));
  });
}

void add(const float* a, const float* b, Index n, float* out) {
  each_piece(n, [=](Index first, Index count) {
    for (Index i = first; i < first + count; ++i) out[i] = a[i] + b[i];
  });
}

void decay_and_add(const float* fast, float decay, float rate, const float* gradient, Index n, float* out) {
  each_piece(n, [=](Index first, Index count) {
    for (Index i = first; i < first + count; ++i) out[i] = decay * fast[i] + rate * gradient[i];
  });
}

}  // namespace

void start_chains(Rbm& rbm, Index rows, std::uint64_t seed) {
  RbmTrainingState& state = rbm.training_state();
  if (state.chains.rows() == rows && state.chains.cols() == rbm.hidden()) return;
  Scratch means;
  draw_without_input(hidden_layer(rbm), rows, nullptr, {seed, Stream::chain_start, state.step}, state.chains, means);
  state.chain_words.resize(0);
}

void start_words(Rbm& rbm, const LayerStates& batch) {
  RbmTrainingState& state = rbm.training_state();
  if (state.chain_words.size() == state.chains.rows()) return;
  std::vector<float> words;
  if (!words_of(visible_layer(rbm), batch, words)) return;
  state.chain_words.resize(state.chains.rows());
  for (Index r = 0; r < state.chain_words.size(); ++r)
    state.chain_words[r] = words[static_cast<std::size_t>(r) % words.size()];
}

Persistent::Persistent(Rbm& rbm, const TrainingOptions& options)
    : rbm_(&rbm),
      options_(&options),
      conditionals_(options.method == Method::fpcd ? Conditionals(rbm, driven_) : Conditionals(rbm)) {
  conditionals_.scale_inputs(options.input_scales);
  if (rbm.labels()) label_shares_ = VectorD::Constant(rbm.labels(), 1 / static_cast<double>(rbm.labels()));
  start_chains(rbm, options.chains.value_or(options.batch_size), options.seed);
  if (!learns()) return;
  driven_.set_zero(rbm.width(), rbm.hidden());
  ParameterSet& fast = rbm.training_state().fast;
  if (fast.empty()) fast.set_zero(rbm.width(), rbm.hidden());
  next_fast_.set_zero(rbm.width(), rbm.hidden());
}

void Persistent::begin(const Phase& positive, const BitMatrix* kept, const GibbsSteps& steps) {
  if (learns()) {
    const ParameterSet& fast = rbm_->training_state().fast;
    add(rbm_->W().data(), fast.W.data(), fast.W.size(), driven_.W.data());
    add(rbm_->b().data(), fast.b.data(), fast.b.size(), driven_.b.data());
    add(rbm_->c().data(), fast.c.data(), fast.c.size(), driven_.c.data());
  }
  steps_ = steps;
  step_ = row_ = 0;
  hidden_ = false;
  start_words(*rbm_, positive.v);
  conditionals_.leave_out(kept);
  negative_.of_means = positive.of_means;
  negative_.total = positive.weight_of_all();
  negative_.v_is_mean = options_->visible_states == States::mean;
  negative_.h_states = rbm_->training_state().chains;
  restart(negative_.h_states, steps.of_step(0));
  given_ = learned_ = false;
}

// One layer of some chains.
bool Persistent::step() {
  if (step_ == steps_.k) return false;
  const Vector& chain_words = rbm_->training_state().chain_words;
  const float* const words = chain_words.size() ? chain_words.data() : nullptr;
  const std::uint64_t seed = options_->seed, place = steps_.of_step(step_);
  LayerStates &v = negative_.v, &h = negative_.h_states;
  const Index rows = h.rows();
  const math::RowRange some =
      math::next_rows(row_, rows, hidden_ ? v.binary : h.binary, conditionals_.multiplications());
  if (hidden_) {
    conditionals_.hidden(some, v, negative_.of_means ? &negative_.h : nullptr, &h, {seed, Stream::hidden, place});
  } else if (negative_.v_is_mean) {
    conditionals_.visible_means(some, h, words, v);
  } else {
    conditionals_.sample_visible(some, h, {seed, Stream::visible, place}, words, v, nullptr);
  }
  row_ += some.count;
  if (row_ < rows) return true;
  row_ = 0;
  if (hidden_) {
    ++step_;
  } else {
    hold_labels(v, rbm_->training_state().step);
  }
  hidden_ = !hidden_;
  return true;
}

const Phase* Persistent::next() { return std::exchange(given_, true) ? nullptr : &negative_; }

void Persistent::learn(const Gradient& gradient) {
  const ParameterSet& fast = rbm_->training_state().fast;
  const auto decay = static_cast<float>(options_->fast_decay);
  const auto rate = static_cast<float>(options_->fast_learning_rate.value_or(options_->learning_rate));
  decay_and_add(fast.W.data(), decay, rate, gradient.W.data(), fast.W.size(), next_fast_.W.data());
  decay_and_add(fast.b.data(), decay, rate, gradient.b.data(), fast.b.size(), next_fast_.b.data());
  decay_and_add(fast.c.data(), decay, rate, gradient.c.data(), fast.c.size(), next_fast_.c.data());
  learned_ = true;
}

void Persistent::end() {
  RbmTrainingState& state = rbm_->training_state();
  state.chains = negative_.h_states;
  if (std::exchange(learned_, false)) std::swap(state.fast, next_fast_);
}

// Persistent chains settle where the data are, and what lies on the way of a chain that starts elsewhere is unlearned
// only if some of them do.
void Persistent::restart(LayerStates& states, std::uint64_t place) {
  if (options_->restarts == 0) return;
  const math::Place of_restart{options_->seed, Stream::chain_start, place};
  if (const Layer h = hidden_layer(*rbm_); !h.type->logistic()) {
    draw_without_input(h, states.rows(), nullptr, of_restart, starts_, start_means_);
    for (Index r = 0; r < states.rows(); ++r)
      if (static_cast<double>(math::uniform_of_row(of_restart, static_cast<std::uint32_t>(r))) < options_->restarts)
        states.copy_row(starts_, r, r);
    return;
  }
  BitMatrix& chains = states.bits;
  const std::uint64_t tail = ~std::uint64_t{0} >> (63 - (chains.cols() - 1) % 64);
  for (Index r = 0; r < chains.rows(); ++r) {
    const auto row = static_cast<std::uint32_t>(r);
    if (static_cast<double>(math::uniform_of_row(of_restart, row)) >= options_->restarts) continue;
    for (Index w = 0; w < chains.words_per_row(); ++w) {
      const auto coins = math::words_at(of_restart, static_cast<std::uint32_t>(w), row);
      chains.row(r)[w] =
          (std::uint64_t{coins[1]} << 32 | coins[0]) & (w + 1 == chains.words_per_row() ? tail : ~std::uint64_t{0});
    }
  }
}

Index Persistent::label_at(double quantile) const {
  Index label = 0;
  for (double below = label_shares_[0]; quantile >= below && label + 1 < label_shares_.size();)
    below += label_shares_[++label];
  return label;
}

// Free chains leave the images that a label seldom goes with; held ones meet them, and so learning sees and unlearns
// them. They hold the labels in the data's proportions, or the label biases would be driven away to make up for the
// difference: chain i of n has the label at the quantile (i + u) / n. u is the same for a while, so that chains settle
// at their label, and then another, so that the proportions are right over time where they are no multiples of 1 / n.
void Persistent::hold_labels(LayerStates& v, std::uint64_t step) {
  const Index visible = rbm_->visible(), labels = rbm_->labels();
  if (labels == 0) return;
  const auto held_before = [&](Index r) {
    return static_cast<Index>(static_cast<double>(r) * options_->clamped_chains);
  };
  constexpr std::uint64_t batches_of_an_offset = 100;
  constexpr double golden = 0.6180339887498949;
  const double turns = golden * static_cast<double>(step / batches_of_an_offset % 1'000'000);
  const double offset = turns - std::floor(turns);
  const auto held = static_cast<double>(held_before(v.rows()));
  for (Index r = 0; r < v.rows(); ++r) {
    if (held_before(r + 1) == held_before(r)) continue;
    const Index label = label_at((static_cast<double>(held_before(r)) + offset) / held);
    for (Index j = 0; j < labels; ++j) {
      if (v.binary) {
        v.bits.set(r, visible + j, j == label);
      } else {
        v.real(r, visible + j) = j == label ? 1.0f : 0.0f;
      }
    }
  }
}

}  // namespace wakesleep
