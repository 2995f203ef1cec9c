#include "options/learning_rows.h"

#include "options/make_table.h"

namespace wakesleep::options {

template <>
void add_rows(Table<LearningOptions>& t) {
  using O = LearningOptions;
  const std::vector<Need> sgd{{.option = "optimizer", .is = {"sgd"}}}, adam{{.option = "optimizer", .is = {"adam"}}};
  t.add(&O::epochs, {.name = "epochs", .bounds = {.at_least = 0, .at_most = 1'000'000}, .help = "Epochs to train"});
  t.add(&O::batch_size, {.name = "batchSize",
                         .bounds = {.at_least = 1, .at_most = 65536},
                         .fixed = true,
                         .help = "Examples a mini-batch"});
  t.add(&O::learning_rate, {.name = "learningRate", .bounds = {.above = 0, .at_most = 100}, .help = "Learning rate"});
  t.add(&O::final_learning_rate, {.name = "finalLearningRate",
                                  .bounds = {.at_least = 0, .at_most = 100},
                                  .help = "Learning rate of the last epoch; unless given it stays"});
  t.add(
      &O::learning_rate_schedule,
      {.name = "learningRateSchedule",
       .words = {"linear", "exponential"},
       .needs = {{.option = "finalLearningRate"}, {.option = "finalLearningRate", .above = 0, .when = {"exponential"}}},
       .help = "The way to the final learning rate, epoch by epoch: equal steps or equal ratios"});
  t.add(&O::schedule_start,
        {.name = "scheduleStart",
         .bounds = {.at_least = 0, .at_most = 1'000'000},
         .help = "Epoch of the model's life in which schedules began, for a training that goes on from a file"});
  t.add(&O::optimizer, {.name = "optimizer",
                        .words = {"sgd", "adam"},
                        .help = "Gradient ascent with momentum, or Adam",
                        .source = "Kingma and Ba 2015"});
  t.add(&O::momentum,
        {.name = "momentum", .bounds = {.at_least = 0, .below = 1}, .needs = sgd, .help = "Momentum of sgd"});
  t.add(&O::initial_momentum, {.name = "initialMomentum",
                               .bounds = {.at_least = 0, .below = 1},
                               .needs = sgd,
                               .help = "Momentum of the first epochs of a model's life",
                               .source = "Hinton 2012, section 9"});
  t.add(&O::initial_momentum_epochs, {.name = "initialMomentumEpochs",
                                      .bounds = {.at_least = 0, .at_most = 1'000'000},
                                      .needs = sgd,
                                      .help = "How many epochs the initial momentum holds"});
  t.add(&O::beta1, {.name = "beta1",
                    .bounds = {.at_least = 0, .below = 1},
                    .needs = adam,
                    .help = "What stays of the gradient's running mean after a mini-batch"});
  t.add(&O::beta2, {.name = "beta2",
                    .bounds = {.at_least = 0, .below = 1},
                    .needs = adam,
                    .help = "What stays of the running mean of its squares; above the square of beta1"});
  t.add(&O::epsilon, {.name = "epsilon",
                      .bounds = {.at_least = 1e-12, .at_most = 1},
                      .needs = adam,
                      .help = "Added to the root of the running mean of squares"});
  t.add(&O::weight_decay, {.name = "weightDecay",
                           .bounds = {.at_least = 0, .at_most = 100},
                           .help = "L2 on the weights, not on the biases",
                           .source = "Hinton 2012, section 10"});
  t.add(&O::l1,
        {.name = "l1", .bounds = {.at_least = 0, .at_most = 100}, .help = "L1 on the weights, not on the biases"});
  t.add(&O::seed, {.name = "seed",
                   .bounds = {.at_least = 0, .at_most = largest_whole_number},
                   .fixed = true,
                   .help = "Seed of every random number in training",
                   .models_own = true});
}

template const Table<LearningOptions>& table();

std::optional<Refusal> refusal_of_betas(const OptimizerOptions& o) {
  if (!(o.beta1 * o.beta1 >= o.beta2)) return {};
  return Refusal{"beta1", "beta1 squared must be below beta2, or Adam's steps have no bound: beta1 is " +
                              text_of(o.beta1) + ", beta2 " + text_of(o.beta2)};
}

}  // namespace wakesleep::options
