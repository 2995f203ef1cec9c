#include "regression/learned_kernel.h"

#include <algorithm>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "learning/schedule.h"

namespace wakesleep {
namespace {

std::vector<Tensor> tensors_of(NetworkParameters& parameters) {
  std::vector<Tensor> tensors;
  for (Matrix& W : parameters.W) tensors.emplace_back(W);
  for (Vector& b : parameters.b) tensors.emplace_back(b);
  return tensors;
}

EpochPosition position_of(NetworkTrainingState& state) { return {&state.epoch, &state.batch, &state.step}; }

LearningOptions with_adam(LearningOptions options) {
  options.optimizer = OptimizerKind::adam;
  return options;
}

}  // namespace

Network feature_net(const Dbn& dbn) {
  const Network with_classes = classifier(dbn, std::max<Index>(dbn.labels(), 2));
  NetworkShape shape = with_classes.shape();
  NetworkParameters parameters = with_classes.parameters();
  shape.layers.pop_back();
  shape.activations.pop_back();
  parameters.W.pop_back();
  parameters.b.pop_back();
  return {std::move(shape), dbn.seed(), std::move(parameters)};
}

// Backpropagation passes on (targets - outputs) / rows, which is the gradient where the targets are the outputs and the
// gradient.
MarginalLikelihood learned_likelihood(const Network& net, Backpropagation& backpropagation,
                                      const GaussianKernel& kernel, const Matrix& x, const VectorD& y,
                                      NetworkParameters& ascent) {
  const Matrix features = net.output(view(x));
  MarginalLikelihood likelihood = log_marginal_likelihood(features.cast<double>(), y, kernel, true);
  const Matrix targets = (features.cast<double>() + likelihood.by_examples).cast<float>();
  backpropagation.run(net.parameters(), {view(x), view(targets)}, &ascent);
  return likelihood;
}

KernelTraining::KernelTraining(Network& net, LearnedKernel& kernel, const Matrix& x, const VectorD& y,
                               const LearningOptions& options, double kernel_rate)
    : net_(&net),
      kernel_(&kernel),
      x_(&x),
      y_(&y),
      options_(with_adam(options)),
      kernel_rate_(kernel_rate),
      cursor_(position_of(net.training_state()), x.rows(), options_),
      backpropagation_(net.shape(), Loss::squared_error),
      of_net_(tensors_of(net.mutable_parameters()), net.training_state().optimizer, options_),
      of_kernel_({kernel.kernel.mutable_logs()}, kernel.optimizer, options_),
      ascent_(net.parameters()) {
  if (x.cols() != net.visible())
    throw std::out_of_range("examples have " + std::to_string(x.cols()) + " values, and the net " +
                            std::to_string(net.visible()) + " inputs");
  if (y.size() != x.rows())
    throw std::out_of_range("targets must be one for each of " + std::to_string(x.rows()) + " examples, not " +
                            std::to_string(y.size()));
}

bool KernelTraining::step() {
  if (cursor_.over()) return false;
  const std::span<const std::uint32_t> rows = cursor_.next_batch();
  const auto count = static_cast<Index>(rows.size());
  Matrix x(count, x_->cols());
  VectorD y(count);
  for (Index r = 0; r < count; ++r) {
    x.row(r) = x_->row(rows[static_cast<std::size_t>(r)]);
    y[r] = (*y_)[rows[static_cast<std::size_t>(r)]];
  }
  const MarginalLikelihood found = learned_likelihood(*net_, backpropagation_, kernel_->kernel, x, y, ascent_);
  Step step = step_in(options_, cursor_);
  float steepest = 0;
  for (const Matrix& W : ascent_.W) steepest = std::max(steepest, largest_magnitude(W.data(), W.size()));
  for (const Vector& b : ascent_.b) steepest = std::max(steepest, largest_magnitude(b.data(), b.size()));
  if (!(of_net_.bound_after(step, static_cast<double>(steepest)) < most_magnitude))
    cursor_.diverge("a parameter of the net would leave the range in which floats can learn");
  if (cursor_.begins_epoch()) sum_ = 0, targets_ = 0;
  sum_ += found.value;
  targets_ += count;
  of_net_.begin(step);
  std::size_t number = 0;
  for (const Matrix& W : ascent_.W) of_net_.move(number++, W.data());
  for (const Vector& b : ascent_.b) of_net_.move(number++, b.data());
  step.learning_rate *= static_cast<float>(kernel_rate_ / options_.learning_rate);
  of_kernel_.begin(step);
  const Vector by_logs = found.by_logs / static_cast<float>(count);
  of_kernel_.move(0, by_logs.data());
  kernel_->kernel.keep_in_range();
  cursor_.end_batch(0);
  return true;
}

}  // namespace wakesleep
