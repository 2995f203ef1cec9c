#include "wakesleep/sbn_exact.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <stdexcept>
#include <string>

#include "estimate/enumerable.h"
#include "math/products.h"
#include "math/sampling.h"
#include "math/scalar.h"
#include "math/slices.h"
#include "math/thread_pool.h"
#include "math/transpose.h"
#include "models/sbn_states.h"

namespace wakesleep {
namespace {

constexpr std::uint64_t most_states_a_slice = 1024;
// What these take as long as, in multiplications of a matrix product: a term of a sum, one that is kept and folded, one
// with an exponential or a logarithm, and one of the gradient for the visible units.
constexpr double of_term = 8, of_folded = 20, of_exponential = 80, of_visible = 40;
// How many p(v | s) are kept, unless one row alone has more.
constexpr std::uint64_t most_kept = 1 << 22;

template <class Number>
std::size_t at(Number number) {
  return static_cast<std::size_t>(number);
}

double sigmoid(double x) { return 1 / (1 + math::exp(-x)); }

// The inputs of children whose parents are in the states first .. first + count - 1: count x children.
class InputsBelow {
 public:
  const Scratch& of(const Matrix& W, const Vector& b, std::uint64_t first, Index count) {
    parents_.resize(count, W.cols());
    for (Index r = 0; r < count; ++r) parents_.row(r)[0] = first + static_cast<std::uint64_t>(r);
    inputs_.resize(count, W.rows());
    math::fill_rows(b, inputs_);
    math::add_product(parents_, {W, true}, inputs_, workspace_);
    return inputs_;
  }

 private:
  BitMatrix parents_;
  Scratch inputs_;
  math::Workspace workspace_;
};

// p(s) of all 2^n states of n independent units that are on with probabilities p: doubled unit by unit.
void state_probabilities(const double* p, Index n, double* out) {
  out[0] = 1;
  for (Index i = 0; i < n; ++i) {
    const std::size_t half = std::size_t{1} << i;
    for (std::size_t s = 0; s < half; ++s) {
      out[half + s] = out[s] * p[i];
      out[s] *= 1 - p[i];
    }
  }
}

// The same of units with these biases and no parents; p has room for one a unit.
void state_probabilities(const Vector& biases, std::vector<double>& p, StateProbabilities& out) {
  for (Index i = 0; i < biases.size(); ++i) p[at(i)] = sigmoid(static_cast<double>(biases[i]));
  state_probabilities(p.data(), biases.size(), out.data());
}

// on[i]: the sum of the values of states with unit i on; returns the sum of all. The values are lost.
double fold(double* values, Index n, double* on) {
  for (Index i = n - 1; i >= 0; --i) {
    const std::size_t half = std::size_t{1} << i;
    double sum = 0;
    for (std::size_t s = 0; s < half; ++s) {
      sum += values[half + s];
      values[s] += values[half + s];
    }
    on[i] = sum;
  }
  return values[0];
}

[[gnu::noinline]] void add_floats(const float* x, Index n, double* sums) {
  for (Index i = 0; i < n; ++i) sums[i] += static_cast<double>(x[i]);
}

// p and scratch have room for the probabilities of the lower layer's units and of its states, or more.
void add_below(const StateProbabilities& above, const Scratch& inputs, std::uint64_t first, std::vector<double>& p,
               std::vector<double>& scratch, StateProbabilities& below) {
  const Index count = inputs.rows(), units = inputs.cols();
  for (Index t = 0; t < count; ++t) {
    for (Index i = 0; i < units; ++i) p[at(i)] = sigmoid(static_cast<double>(inputs(t, i)));
    state_probabilities(p.data(), units, scratch.data());
    const double weight = above[at(first) + at(t)];
    for (std::size_t s = 0; s < below.size(); ++s) below[s] += weight * scratch[s];
  }
}

}  // namespace

bool is_enumerable(const Sbn& net) { return net.hidden() <= most_enumerable_hidden_units; }

void check_enumerable(const Sbn& net, const std::string& instead) {
  if (!is_enumerable(net))
    throw std::out_of_range("to sum over every hidden state a net may have " +
                            std::to_string(most_enumerable_hidden_units) + " hidden units, and this one has " +
                            std::to_string(net.hidden()) + instead);
}

StateProbabilities factorial_distribution(const Vector& biases) {
  if (biases.size() < 1 || biases.size() > most_enumerable_hidden_units)
    throw std::out_of_range("a layer to be enumerated must have 1 to " + std::to_string(most_enumerable_hidden_units) +
                            " units, not " + std::to_string(biases.size()));
  std::vector<double> p(at(biases.size()));
  StateProbabilities result(std::size_t{1} << biases.size());
  state_probabilities(biases, p, result);
  return result;
}

StateProbabilities distribution_below(const StateProbabilities& above, const Matrix& W, const Vector& b) {
  if (W.rows() != b.size() || W.rows() + W.cols() > most_enumerable_hidden_units ||
      above.size() != std::size_t{1} << W.cols())
    throw std::out_of_range(
        "two layers to be enumerated must have at most " + std::to_string(most_enumerable_hidden_units) +
        " units together, and fit their weights: " + std::to_string(W.rows()) + " x " + std::to_string(W.cols()) +
        " weights, " + std::to_string(b.size()) + " biases and " + std::to_string(above.size()) + " states came");
  StateProbabilities below(std::size_t{1} << W.rows(), 0.0);
  std::vector<double> p(at(W.rows())), scratch(below.size());
  InputsBelow inputs;
  for (std::uint64_t first = 0; first < above.size(); first += most_states_a_slice) {
    const auto count = static_cast<Index>(std::min<std::uint64_t>(most_states_a_slice, above.size() - first));
    add_below(above, inputs.of(W, b, first, count), first, p, scratch, below);
  }
  return below;
}

class ExactPosterior::Work {
 public:
  Work(const Sbn& net, Index most_rows, bool with_gradient);
  void restart(const BitMatrix& x);
  bool step();
  double done() const { return static_cast<double>(slices_) / static_cast<double>(all_slices_); }

  Index rows() const { return x_.rows(); }
  Index visible() const { return net_->visible(); }

  // The first have room for the most rows.
  VectorD log_likelihood;
  std::vector<MatrixD> means, gW;
  std::vector<VectorD> gb;
  double error = 0;

 private:
  // What is done for a range of the states of a layer, and for each state for a range of the group's rows.
  enum class Kind { above, see, weigh, up, means, visible_gradient };
  struct Stage {
    Kind work;
    Index layer, first_row;         // the layer below those states; the group of rows
    std::uint64_t states, at_once;  // how many there are, and in a slice
    Index rows, rows_at_once;       // as many, unless one state alone is too much
    double of_state, of_row;        // what they take, in multiplications
  };
  struct Part {
    std::uint64_t first;  // state
    Index count;
    math::RowRange rows;  // of the group
  };

  void plan();
  void do_slice(const Stage& stage, const Part& part);
  void see(const Stage& stage, const Part& part);
  void weigh(const Stage& stage, const Part& part);
  void go_up(const Stage& stage, const Part& part);
  void take_means(const Stage& stage, const Part& part);
  void add_visible_gradient(const Stage& stage, const Part& part);

  const Sbn* net_;
  BitMatrix x_;
  bool with_gradient_;
  Index widest_ = 1;  // units of the largest hidden layer
  Index group_ = 1;   // rows that are worked on at once
  std::vector<Stage> plan_;
  std::size_t stage_ = 0;
  std::uint64_t next_ = 0, slices_ = 0, all_slices_ = 0;
  Index next_row_ = 0;
  // p(s) of each hidden layer's states, and p(v | s) of the group's rows up to a factor a row, row after row.
  std::vector<StateProbabilities> prior_, seen_;
  std::vector<double> total_;  // p(v) up to the same factor
  std::vector<double> scratch_, p_, on_, terms_;
  InputsBelow inputs_;
  Scratch turned_;  // units x states
};

ExactPosterior::Work::Work(const Sbn& net, Index most_rows, bool with_gradient)
    : net_(&net), with_gradient_(with_gradient), prior_(at(net.layer_count())), seen_(at(net.layer_count())) {
  check_enumerable(net, posterior_chains_instead);
  if (most_rows < 1) throw std::out_of_range("x must have at least one row");
  log_likelihood.setZero(most_rows);
  for (Index l = 0; l < net.layer_count(); ++l) {
    if (l > 0) widest_ = std::max(widest_, net.units(l));
    means.push_back(MatrixD::Zero(l == 0 ? 0 : most_rows, net.units(l)));
    if (!with_gradient) continue;
    gb.push_back(VectorD::Zero(net.units(l)));
    if (l < net.depth()) gW.push_back(MatrixD::Zero(net.units(l), net.units(l + 1)));
  }
  p_.resize(at(std::max(widest_, net.visible())));
  on_.resize(p_.size());
  scratch_.resize(std::max(std::size_t{1} << widest_, at(most_states_a_slice)));
  if (with_gradient) terms_.resize(scratch_.size());
}

void ExactPosterior::Work::restart(const BitMatrix& x) {
  x_ = x;
  for (MatrixD& gradient : gW) gradient.setZero();
  for (VectorD& gradient : gb) gradient.setZero();
  error = 0;
  stage_ = 0;
  next_ = slices_ = all_slices_ = 0;
  next_row_ = 0;
  group_ = std::clamp<Index>(static_cast<Index>(most_kept >> widest_), 1, x.rows());
  plan_.clear();
  plan();
}

void ExactPosterior::Work::plan() {
  const Index top = net_->depth();
  const auto states = [&](Index l) { return std::uint64_t{1} << net_->units(l); };
  const auto number_of = [&](Index l) { return static_cast<double>(states(l)); };
  const auto visible = static_cast<double>(net_->visible());
  const auto add = [&](Stage stage) {
    const double slice = math::multiplications_a_slice;
    const double of_all = stage.of_state + stage.of_row * static_cast<double>(stage.rows);
    stage.at_once =
        static_cast<std::uint64_t>(std::clamp(slice / of_all, 1.0, static_cast<double>(most_states_a_slice)));
    stage.rows_at_once = stage.rows;
    if (of_all > slice && stage.rows > 1)
      stage.rows_at_once =
          static_cast<Index>(std::clamp((slice - stage.of_state) / stage.of_row, 1.0, static_cast<double>(stage.rows)));
    all_slices_ += (stage.states + stage.at_once - 1) / stage.at_once *
                   static_cast<std::uint64_t>((stage.rows + stage.rows_at_once - 1) / stage.rows_at_once);
    plan_.push_back(stage);
  };
  prior_[at(top)].resize(at(states(top)));
  state_probabilities(net_->b(top), p_, prior_[at(top)]);
  for (Index l = top - 1; l >= 1; --l) {
    prior_[at(l)].assign(at(states(l)), 0.0);
    add({Kind::above, l, 0, states(l + 1), 0, 1, 0, 2 * of_term * number_of(l), 0});
  }
  for (Index row = 0; row < x_.rows(); row += group_) {
    const Index rows = std::min(group_, x_.rows() - row);
    const auto add_pairs = [&](Kind work, Index layer, std::uint64_t count, double of_state, double of_row) {
      add({work, layer, row, count, 0, rows, 0, of_state, of_row});
    };
    add_pairs(Kind::see, 0, states(1), of_visible * visible, of_term * visible);
    add_pairs(Kind::weigh, 0, 1, 0, of_exponential * number_of(1));
    double of_all = 0;
    for (Index l = 1; l <= top; ++l) {
      of_all += of_folded * number_of(l);
      if (l < top)
        add_pairs(Kind::up, l, states(l + 1), of_term * number_of(l),
                  (with_gradient_ ? of_folded : of_term) * number_of(l));
    }
    add_pairs(Kind::means, 0, 1, 0, of_all);
    if (with_gradient_) add_pairs(Kind::visible_gradient, 0, states(1), of_visible * visible, of_visible * visible);
  }
  for (Index l = 1; l <= top; ++l) seen_[at(l)].resize(at(states(l)) * at(group_));
  total_.resize(at(group_));
}

bool ExactPosterior::Work::step() {
  if (stage_ == plan_.size()) return false;
  const Stage& stage = plan_[stage_];
  const auto count = static_cast<Index>(std::min(stage.at_once, stage.states - next_));
  const Index rows = std::min(stage.rows_at_once, stage.rows - next_row_);
  do_slice(stage, {next_, count, {next_row_, rows}});
  math::count_work(static_cast<double>(count) * (stage.of_state + stage.of_row * static_cast<double>(rows)));
  ++slices_;
  next_row_ += rows;
  if (next_row_ < stage.rows) return true;
  next_row_ = 0;
  next_ += static_cast<std::uint64_t>(count);
  if (next_ == stage.states) {
    ++stage_;
    next_ = 0;
  }
  return true;
}

void ExactPosterior::Work::do_slice(const Stage& stage, const Part& part) {
  const Index l = stage.layer;
  switch (stage.work) {
    case Kind::above:
      return add_below(prior_[at(l + 1)], inputs_.of(net_->W(l), net_->b(l), part.first, part.count), part.first, p_,
                       scratch_, prior_[at(l)]);
    case Kind::see:
      return see(stage, part);
    case Kind::weigh:
      return weigh(stage, part);
    case Kind::up:
      return go_up(stage, part);
    case Kind::means:
      return take_means(stage, part);
    case Kind::visible_gradient:
      return add_visible_gradient(stage, part);
  }
}

// log p(v | s) of each row and each of these states of layer 1: as many sums side by side.
void ExactPosterior::Work::see(const Stage& stage, const Part& part) {
  const Scratch& inputs = inputs_.of(net_->W(0), net_->b(0), part.first, part.count);
  math::transpose(view(inputs), turned_);
  for (Index t = 0; t < part.count; ++t) scratch_[at(t)] = math::sum_softplus(inputs.row(t), nullptr, inputs.cols());
  for (Index r = part.rows.first; r < part.rows.first + part.rows.count; ++r) {
    double* seen = seen_[1].data() + at(r) * prior_[1].size() + at(part.first);
    for (Index t = 0; t < part.count; ++t) seen[t] = -scratch_[at(t)];
    const std::uint64_t* words = x_.row(stage.first_row + r);
    for (Index w = 0; w < x_.words_per_row(); ++w)
      for (std::uint64_t bits = words[w]; bits; bits &= bits - 1)
        add_floats(turned_.row(w * 64 + std::countr_zero(bits)), part.count, seen);
  }
}

// From log p(v | s) to p(v | s) over its largest among the states that can be at all, so that the sum never vanishes.
void ExactPosterior::Work::weigh(const Stage& stage, const Part& part) {
  const StateProbabilities& prior = prior_[1];
  for (Index r = part.rows.first; r < part.rows.first + part.rows.count; ++r) {
    double* seen = seen_[1].data() + at(r) * prior.size();
    double largest = -std::numeric_limits<double>::infinity(), sum = 0;
    for (std::size_t s = 0; s < prior.size(); ++s)
      if (prior[s] > 0) largest = std::max(largest, seen[s]);
    for (std::size_t s = 0; s < prior.size(); ++s) {
      seen[s] = prior[s] > 0 ? math::exp(seen[s] - largest) : 0;
      sum += prior[s] * seen[s];
    }
    total_[at(r)] = sum;
    log_likelihood[stage.first_row + r] = largest + math::log(sum);
  }
}

// p(v | t) of the states t of layer l + 1 is the sum over s of p(s | t) p(v | s); and d log p(v) / dW_ij the
// posterior's mean of t_j (s_i - p_i(t)).
void ExactPosterior::Work::go_up(const Stage& stage, const Part& part) {
  const Index l = stage.layer, units = net_->units(l);
  const Scratch& inputs = inputs_.of(net_->W(l), net_->b(l), part.first, part.count);
  const std::size_t below = prior_[at(l)].size(), above = prior_[at(l + 1)].size();
  for (Index t = 0; t < part.count; ++t) {
    const std::size_t state = at(part.first) + at(t);
    for (Index i = 0; i < units; ++i) p_[at(i)] = sigmoid(static_cast<double>(inputs(t, i)));
    state_probabilities(p_.data(), units, scratch_.data());
    for (Index r = part.rows.first; r < part.rows.first + part.rows.count; ++r) {
      const double* seen = seen_[at(l)].data() + at(r) * below;
      double& sum = seen_[at(l + 1)][at(r) * above + state];
      if (!with_gradient_) {
        sum = 0;
        for (std::size_t s = 0; s < below; ++s) sum += scratch_[s] * seen[s];
        continue;
      }
      for (std::size_t s = 0; s < below; ++s) terms_[s] = scratch_[s] * seen[s];
      sum = fold(terms_.data(), units, on_.data());
      const double weight = prior_[at(l + 1)][state] / total_[at(r)] / static_cast<double>(x_.rows());
      for (Index i = 0; i < units; ++i) {
        const double g = weight * (on_[at(i)] - p_[at(i)] * sum);
        gb[at(l)][i] += g;
        for (std::size_t parents = state; parents; parents &= parents - 1) gW[at(l)](i, std::countr_zero(parents)) += g;
      }
    }
  }
}

void ExactPosterior::Work::take_means(const Stage& stage, const Part& part) {
  const Index top = net_->depth(), end = part.rows.first + part.rows.count;
  for (Index l = 1; l <= top; ++l)
    for (Index r = part.rows.first; r < end; ++r) {
      const StateProbabilities& prior = prior_[at(l)];
      const double* seen = seen_[at(l)].data() + at(r) * prior.size();
      for (std::size_t s = 0; s < prior.size(); ++s) scratch_[s] = prior[s] * seen[s];
      const double sum = fold(scratch_.data(), net_->units(l), on_.data());
      for (Index i = 0; i < net_->units(l); ++i) means[at(l)](stage.first_row + r, i) = on_[at(i)] / sum;
    }
  if (!with_gradient_ || end < stage.rows) return;
  for (Index i = 0; i < net_->units(top); ++i) {
    const double p = sigmoid(static_cast<double>(net_->b(top)[i]));
    for (Index r = 0; r < stage.rows; ++r)
      gb[at(top)][i] += (means[at(top)](stage.first_row + r, i) - p) / static_cast<double>(x_.rows());
  }
}

void ExactPosterior::Work::add_visible_gradient(const Stage& stage, const Part& part) {
  const Scratch& inputs = inputs_.of(net_->W(0), net_->b(0), part.first, part.count);
  const Index visible = net_->visible();
  const double of_row = 1 / static_cast<double>(x_.rows());
  const Index end = part.rows.first + part.rows.count;
  for (Index t = 0; t < part.count; ++t) {
    const std::size_t state = at(part.first) + at(t);
    for (Index i = 0; i < visible; ++i) p_[at(i)] = sigmoid(static_cast<double>(inputs(t, i)));
    if (part.rows.first == 0) std::fill_n(on_.begin(), visible, 0.0);
    for (Index r = part.rows.first; r < end; ++r) {
      const double weight = prior_[1][state] * seen_[1][at(r) * prior_[1].size() + state] / total_[at(r)] * of_row;
      for (Index i = 0; i < visible; ++i) {
        const double difference = (x_.get(stage.first_row + r, i) ? 1.0 : 0.0) - p_[at(i)];
        on_[at(i)] += weight * difference;
        error += weight * difference * difference / static_cast<double>(visible);
      }
    }
    for (Index i = 0; i < visible && end == stage.rows; ++i) {
      gb[0][i] += on_[at(i)];
      for (std::size_t parents = state; parents; parents &= parents - 1)
        gW[0](i, std::countr_zero(parents)) += on_[at(i)];
    }
  }
}

ExactPosterior::ExactPosterior(const Sbn& net, const MatrixView& x, bool with_gradient)
    : ExactPosterior(net, x.rows(), with_gradient) {
  work_->restart(bits_of("x", x, net.visible()));
}
ExactPosterior::ExactPosterior(const Sbn& net, Index most_rows, bool with_gradient)
    : work_(std::make_unique<Work>(net, most_rows, with_gradient)) {}
ExactPosterior::ExactPosterior(ExactPosterior&&) noexcept = default;
ExactPosterior& ExactPosterior::operator=(ExactPosterior&&) noexcept = default;
ExactPosterior::~ExactPosterior() = default;

void ExactPosterior::restart(const BitMatrix& x) {
  if (x.rows() < 1 || x.rows() > work_->log_likelihood.size() || x.cols() != work_->visible())
    throw std::out_of_range("x must have 1 to " + std::to_string(work_->log_likelihood.size()) + " rows of " +
                            std::to_string(work_->visible()) + ", not " + std::to_string(x.rows()) + " of " +
                            std::to_string(x.cols()));
  work_->restart(x);
}
bool ExactPosterior::step() { return work_->step(); }
double ExactPosterior::done() const { return work_->done(); }
Eigen::Map<const VectorD> ExactPosterior::log_likelihood() const {
  return {work_->log_likelihood.data(), work_->rows()};
}
Eigen::Map<const MatrixD> ExactPosterior::mean(Index layer) const {
  const MatrixD& mean = work_->means.at(at(layer));
  return {mean.data(), mean.rows() == 0 ? 0 : work_->rows(), mean.cols()};
}
const MatrixD& ExactPosterior::gradient_W(Index layer) const { return work_->gW.at(at(layer)); }
const VectorD& ExactPosterior::gradient_b(Index layer) const { return work_->gb.at(at(layer)); }
double ExactPosterior::reconstruction_error() const { return work_->error; }

}  // namespace wakesleep
