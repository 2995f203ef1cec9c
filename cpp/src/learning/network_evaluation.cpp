#include <algorithm>
#include <numeric>

#include "learning/backpropagation.h"
#include "math/slices.h"
#include "models/network_examples.h"
#include "wakesleep/network_training.h"

namespace wakesleep {

// Stays where it is made: its members know each other.
struct NetworkEvaluation::Work {
  Work(const Network& of, Dataset examples, Loss of_training, Targets wanted)
      : net(&of), data(std::move(examples)), loss(of_training), targets(wanted) {}
  Work(const Work&) = delete;
  Work& operator=(const Work&) = delete;

  const Network* net;
  Dataset data;
  Loss loss;
  Targets targets;
  NetworkExamples examples{net->shape(), data, targets};
  // By cross entropy where there is one: half the squared error is the other loss.
  Backpropagation backpropagation{net->shape(), loss_of(net->shape())};
  Index next = 0, rows_a_step = 1;
  std::vector<std::uint32_t> rows{};
  Backpropagation::Found found{};
};

NetworkEvaluation::NetworkEvaluation(const Network& net, const Dataset& data, Loss loss, Targets targets) {
  check_targets(net.shape(), data, loss, targets);
  work_ = std::make_unique<Work>(net, data, loss, targets);
  double weights = 0;
  for (const Matrix& W : net.parameters().W) weights += static_cast<double>(W.size());
  work_->rows_a_step = math::rows_a_slice(weights);
}
NetworkEvaluation::NetworkEvaluation(NetworkEvaluation&&) noexcept = default;
NetworkEvaluation& NetworkEvaluation::operator=(NetworkEvaluation&&) noexcept = default;
NetworkEvaluation::~NetworkEvaluation() = default;

bool NetworkEvaluation::step() {
  Work& work = *work_;
  if (work.next == work.data.count()) return false;
  work.rows.resize(static_cast<std::size_t>(std::min(work.rows_a_step, work.data.count() - work.next)));
  std::iota(work.rows.begin(), work.rows.end(), static_cast<std::uint32_t>(work.next));
  work.examples.read(work.rows);
  work.backpropagation.add(work.net->parameters(), {view(work.examples.inputs()), view(work.examples.targets())},
                           work.found);
  work.next += static_cast<Index>(work.rows.size());
  return true;
}

double NetworkEvaluation::done() const {
  return static_cast<double>(work_->next) / static_cast<double>(work_->data.count());
}

NetworkErrors NetworkEvaluation::result() const {
  const Work& work = *work_;
  const auto count = static_cast<double>(work.data.count());
  NetworkErrors result;
  result.count = work.data.count();
  result.squared_error = work.found.squared_error / count;
  if (loss_of(work.net->shape()) == Loss::cross_entropy) result.cross_entropy = work.found.loss / count;
  result.loss = work.loss == Loss::squared_error ? result.squared_error / 2 : work.found.loss / count;
  if (work.targets == Targets::labels) result.errors = work.found.wrong;
  return result;
}

}  // namespace wakesleep
