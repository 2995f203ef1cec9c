#include "wakesleep/boltzmann_training.h"

#include <cmath>
#include <stdexcept>
#include <string>
#include <vector>

#include "boltzmann/checks.h"
#include "math/slices.h"
#include "wakesleep/errors.h"

namespace wakesleep {

namespace {

// Steps of Gibbs sampling that a step of the parameters has numbers for.
constexpr std::uint64_t numbers_a_step = 1 << 16;
// Where persistent chains start, apart from where hidden units do.
constexpr std::uint64_t chains_start = std::uint64_t{1} << 40;

MatrixD mean_products(const Matrix& states) {
  // Whole numbers, exact in any order. (Eigen's product of doubles would be 3 KB of the module after gzip, for this
  // alone.)
  const Index n = states.cols();
  MatrixD sums = MatrixD::Zero(n, n);
  std::vector<Index> on;
  for (Index r = 0; r < states.rows(); ++r) {
    on.clear();
    for (Index i = 0; i < n; ++i)
      if (states(r, i) != 0) on.push_back(i);
    for (const Index i : on)
      for (const Index j : on) sums(i, j) += 1;
  }
  return sums / static_cast<double>(states.rows());
}

void check_number(const char* name, double value, bool zero_too) {
  if (!(value <= 100 && (zero_too ? value >= 0 : value > 0)))
    throw std::out_of_range(std::string(name) + " must be " + (zero_too ? "0 to 100" : "above 0 and at most 100") +
                            ", not " + math::shortest_text(value));
}

}  // namespace

BoltzmannTraining::BoltzmannTraining(BoltzmannMachine& machine, Matrix x, const BoltzmannTrainingOptions& options)
    : machine_(&machine), x_(std::move(x)), options_(options), seed_(options.seed.value_or(machine.seed())) {
  check_binary_rows("x", x_, machine.visible());
  boltzmann::check_count("steps", options.steps, 0, 1'000'000);
  check_number("learningRate", options.learning_rate, false);
  check_number("weightDecay", options.weight_decay, true);
  boltzmann::check_count("k", options.k, 1, 10'000);
  boltzmann::check_count("clampedSteps", options.clamped_steps, 1, 10'000);
  boltzmann::check_count("chains", options.chains, 1, 65'536);
  if (options.method == BoltzmannMethod::pseudo_likelihood && machine.hidden() > 0)
    throw std::invalid_argument("method 'pseudo-likelihood' needs a machine without hidden units, and this one has " +
                                std::to_string(machine.hidden()));
  if (options.method == BoltzmannMethod::exact) BoltzmannSums(machine, {});
}

double BoltzmannTraining::done() const {
  return options_.steps == 0 ? 1 : static_cast<double>(taken_) / static_cast<double>(options_.steps);
}

void BoltzmannTraining::begin_sampling(Matrix states, const BoltzmannClamp& clamp, Index steps, Stream stream) {
  BoltzmannSamplingOptions sampling;
  sampling.steps = steps;
  sampling.seed = seed_;
  sampling.stream = stream;
  sampling.first_step = machine_->training_state().steps * numbers_a_step;
  sampling_.emplace(*machine_, std::move(states), clamp, sampling);
}

void BoltzmannTraining::begin() {
  model_phase_ = false;
  likelihood_.reset();
  sampling_.reset();
  switch (options_.method) {
    case BoltzmannMethod::exact:
      likelihood_.emplace(*machine_, x_);
      return;
    case BoltzmannMethod::cd:
    case BoltzmannMethod::pcd: {
      Matrix states = fair_coins(*machine_, x_.rows(), seed_, machine_->training_state().steps);
      states.leftCols(machine_->visible()) = x_;
      BoltzmannClamp visible{Vector::Zero(machine_->units()), {}};
      visible.mask.head(machine_->visible()).setOnes();
      begin_sampling(std::move(states), visible, machine_->hidden() > 0 ? options_.clamped_steps : 1,
                     boltzmann::data_stream);
      return;
    }
    case BoltzmannMethod::pseudo_likelihood:
      return;
  }
}

// Works on the present step; false once its gradient is there and the parameters have moved.
bool BoltzmannTraining::work() {
  if (likelihood_) {
    if (likelihood_->step()) return true;
    objective_ = likelihood_->log_likelihood().mean();
    move(likelihood_->gradient());
    return false;
  }
  if (!sampling_) {
    move(pseudo_likelihood_gradient());
    return false;
  }
  if (sampling_->step()) return true;
  if (!model_phase_) {
    model_phase_ = true;
    with_data_ = mean_products(sampling_->states());
    Matrix states = sampling_->states();
    if (options_.method == BoltzmannMethod::pcd) {
      Matrix& chains = machine_->mutable_training_state().chains;
      if (chains.rows() != options_.chains) chains = fair_coins(*machine_, options_.chains, seed_, chains_start);
      states = chains;
    }
    begin_sampling(std::move(states), {}, options_.k, boltzmann::model_stream);
    return true;
  }
  move(with_data_ - mean_products(sampling_->states()));
  if (options_.method == BoltzmannMethod::pcd) machine_->mutable_training_state().chains = sampling_->states();
  return false;
}

bool BoltzmannTraining::step() {
  const math::SliceOfWork slice;
  do {
    if (taken_ == options_.steps) return false;
    if (!begun_) begin();
    begun_ = work();
    if (begun_) continue;
    ++taken_;
    ++machine_->mutable_training_state().steps;
    const auto units = static_cast<double>(machine_->units());
    math::count_work(units * units * (4 + static_cast<double>(x_.rows())));
  } while (!slice.over());
  return true;
}

// By W_ij: the mean of e_i s_j + e_j s_i, e_i = s_i - p(s_i = 1 | all others).
MatrixD BoltzmannTraining::pseudo_likelihood_gradient() {
  const Index n = machine_->units();
  MatrixD errors(x_.rows(), n);
  double sum = 0;
  for (Index r = 0; r < x_.rows(); ++r)
    for (Index i = 0; i < n; ++i) {
      const double input = machine_->input(i, x_.data() + r * n), s = static_cast<double>(x_(r, i));
      errors(r, i) = s - boltzmann::sigmoid(input);
      sum -= math::softplus(s > 0 ? -input : input);
    }
  const auto rows = static_cast<double>(x_.rows());
  objective_ = sum / rows;
  MatrixD gradient = MatrixD::Zero(n, n);
  for (Index r = 0; r < x_.rows(); ++r)
    for (Index i = 0; i < n; ++i) {
      for (Index j = 0; j < n; ++j)
        if (i != j)
          gradient(i, j) += errors(r, i) * static_cast<double>(x_(r, j)) + errors(r, j) * static_cast<double>(x_(r, i));
      gradient(i, i) += errors(r, i);
    }
  return gradient / rows;
}

void BoltzmannTraining::move(const MatrixD& gradient) {
  Matrix weights = machine_->weights();
  Vector biases = machine_->biases();
  const double rate = options_.learning_rate;
  for (Index i = 0; i < biases.size(); ++i) {
    biases[i] = static_cast<float>(static_cast<double>(biases[i]) + rate * gradient(i, i));
    for (const Index j : machine_->neighbours(i)) {
      if (j > i) continue;
      const auto w = static_cast<double>(weights(i, j));
      weights(i, j) = weights(j, i) = static_cast<float>(w + rate * (gradient(i, j) - options_.weight_decay * w));
    }
  }
  if (!weights.allFinite() || !biases.allFinite())
    throw Error(ErrorCode::diverged, "training has left the range of finite numbers at step " +
                                         std::to_string(machine_->training_state().steps) +
                                         ": a lower learningRate may help");
  machine_->set_parameters(weights, biases);
}

}  // namespace wakesleep
