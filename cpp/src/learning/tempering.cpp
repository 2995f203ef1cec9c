#include "learning/tempering.h"

#include <algorithm>

#include "learning/persistent.h"
#include "math/scalar.h"
#include "math/thread_pool.h"

namespace wakesleep {
namespace {

double uniform(const math::Place& place, Index row, Index column) {
  const auto words = math::words_at(place, static_cast<std::uint32_t>(column), static_cast<std::uint32_t>(row));
  return static_cast<double>(math::uniform_of(words[0] >> 8));
}

}  // namespace

TemperedChains::TemperedChains(const Rbm& rbm, LayerStates& h, Index temperatures, std::uint64_t seed)
    : conditionals_(rbm), h_(&h), seed_(seed), energies_(static_cast<std::size_t>(h.rows())) {
  for (Index t = 0; t < temperatures; ++t)
    inverse_.push_back(static_cast<float>(1 - static_cast<double>(t) / static_cast<double>(temperatures - 1)));
}

void TemperedChains::begin(std::uint64_t place, const float* words) {
  place_ = place;
  words_ = words;
  row_ = 0;
  stage_ = Stage::visible;
}

bool TemperedChains::step() {
  if (stage_ == Stage::over) return false;
  if (stage_ == Stage::swaps) {
    swap_neighbours(place_);
    stage_ = Stage::over;
    return true;
  }
  const bool hidden = stage_ == Stage::hidden;
  const Index rows = h_->rows();
  const math::RowRange some =
      math::next_rows(row_, rows, hidden ? v_.binary : h_->binary, conditionals_.multiplications());
  if (hidden) {
    conditionals_.sample_hidden_at(some, inverse_, v_, {seed_, Stream::hidden, place_}, *h_, inputs_);
    math::parallel_for(some.count, static_cast<double>(v_.cols() + h_->cols()), [&](Index r) {
      energies_[static_cast<std::size_t>(some.first + r)] =
          conditionals_.tempered_energy(v_, *h_, some.first + r, inputs_.row(r));
    });
  } else {
    conditionals_.sample_visible_at(some, inverse_, *h_, {seed_, Stream::visible, place_}, words_, v_);
  }
  row_ += some.count;
  if (row_ < rows) return true;
  row_ = 0;
  stage_ = hidden ? Stage::swaps : Stage::hidden;
  return true;
}

// Accepted with min(1, exp((beta_t - beta_t+1) (E_t - E_t+1))); first the pairs that begin at an even temperature, then
// the others.
void TemperedChains::swap_neighbours(std::uint64_t place) {
  const auto temperatures = static_cast<Index>(inverse_.size());
  const Index chains = h_->rows() / temperatures;
  Index accepted = 0;
  for (Index parity = 0; parity < 2; ++parity)
    for (Index t = parity; t + 1 < temperatures; t += 2) {
      const double step = static_cast<double>(inverse_[static_cast<std::size_t>(t)]) -
                          static_cast<double>(inverse_[static_cast<std::size_t>(t + 1)]);
      for (Index r = 0; r < chains; ++r) {
        const Index here = t * chains + r, next = here + chains;
        double &of_here = energies_[static_cast<std::size_t>(here)],
               &of_next = energies_[static_cast<std::size_t>(next)];
        if (uniform({seed_, Stream::swap, place}, r, t) >= math::exp(step * (of_here - of_next))) continue;
        v_.swap_rows(here, next);
        h_->swap_rows(here, next);
        std::swap(of_here, of_next);
        ++accepted;
      }
    }
  swap_rate_ = static_cast<double>(accepted) / static_cast<double>((temperatures - 1) * chains);
}

namespace {

const LayerStates& started(Rbm& rbm, Index rows, std::uint64_t seed) {
  start_chains(rbm, rows, seed);
  return rbm.training_state().chains;
}

}  // namespace

Tempering::Tempering(Rbm& rbm, const TrainingOptions& options)
    : rbm_(&rbm),
      count_(options.chains.value_or(options.batch_size)),
      replicas_(started(rbm, count_ * options.temperatures, options.seed)),
      chains_(rbm, replicas_, options.temperatures, options.seed),
      conditionals_(rbm) {}

void Tempering::begin(const Phase& positive, const BitMatrix*, const GibbsSteps& steps) {
  start_words(*rbm_, positive.v);
  replicas_ = rbm_->training_state().chains;
  steps_ = steps;
  step_ = row_ = 0;
  chains_.stop();
  negative_.of_means = positive.of_means;
  negative_.total = positive.weight_of_all();
  given_ = false;
}

// Some replicas draw a layer, or some chains get the means of their hidden units at the end.
bool Tempering::step() {
  if (chains_.step()) return true;
  if (step_ < steps_.k) {
    const Vector& words = rbm_->training_state().chain_words;
    chains_.begin(steps_.of_step(step_++), words.size() ? words.data() : nullptr);
    return true;
  }
  if (row_ == count_) return false;
  if (row_ == 0) negative_.v.take_rows(chains_.v(), 0, count_);
  if (!negative_.of_means) {
    negative_.h_states.take_rows(replicas_, 0, count_);
    row_ = count_;
    return true;
  }
  const math::RowRange some = math::next_rows(row_, count_, negative_.v.binary, conditionals_.multiplications());
  conditionals_.hidden(some, negative_.v, &negative_.h, nullptr, {});
  row_ += some.count;
  return true;
}

const Phase* Tempering::next() { return std::exchange(given_, true) ? nullptr : &negative_; }

void Tempering::end() {
  rbm_->training_state().chains = replicas_;
  swap_rate_ = chains_.swap_rate();
}

}  // namespace wakesleep
