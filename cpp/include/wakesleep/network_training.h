// Learning in feed-forward nets, by backpropagation of errors (Rumelhart, Hinton and Williams 1986), one mini-batch a
// call.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "wakesleep/dataset.h"
#include "wakesleep/network.h"
#include "wakesleep/network_training_options.h"
#include "wakesleep/training.h"

namespace wakesleep {

// What an option that is empty stands for.
Loss loss_of(const NetworkShape& shape, const std::optional<Loss>& loss = {});
Targets targets_of(const NetworkShape& shape, const std::optional<Targets>& targets = {});

// std::out_of_range or std::invalid_argument naming the option.
void check(const NetworkTrainingOptions& options);

// As check and train of training.h. Progress has the loss, the squared error an output unit, and the errors of those
// that learn labels. Validation data end each epoch with their loss, squared error and errors; with patience they are
// needed before the first step. A net whose patience is at its end has the parameters of its best epoch, and takes no
// further step in any training with that patience or less.
std::vector<Refusal> check(const Network& net, const Dataset& data, const NetworkTrainingOptions& options);
std::unique_ptr<TrainingWith<NetworkTrainingOptions>> train(Network& net, const Dataset& data,
                                                            const NetworkTrainingOptions& options);

// How well a net does on examples; means are over these.
struct NetworkErrors {
  double loss = 0;
  double squared_error = 0;             // mean of sum_k (y_k - t_k)^2
  std::optional<double> cross_entropy;  // for outputs that are sigmoids or a softmax
  std::optional<Index> errors;          // examples whose largest output is not their label's, where labels are targets
  Index count = 0;
};

class NetworkEvaluation {
 public:
  // std::out_of_range or std::invalid_argument for data that have no such targets.
  NetworkEvaluation(const Network& net, const Dataset& data, Loss loss, Targets targets);
  NetworkEvaluation(NetworkEvaluation&&) noexcept;
  NetworkEvaluation& operator=(NetworkEvaluation&&) noexcept;
  ~NetworkEvaluation();
  bool step();  // some rows; false when nothing was left to do
  double done() const;
  NetworkErrors result() const;  // valid once step() has returned false

 private:
  struct Work;
  std::unique_ptr<Work> work_;
};

}  // namespace wakesleep
