// The rows that the tables of all kinds of model share: of LearningOptions, and of GenerativeOptions.
#pragma once

#include "options/table.h"
#include "wakesleep/training_options.h"

namespace wakesleep::options {

inline constexpr double largest_whole_number = 9007199254740991;  // 2^53 - 1, up to which doubles count

inline const std::vector<std::string> state_words{"sampled", "mean"};

template <class O>
void add_learning_rows(Table<O>& table) {
  const std::vector<Need> sgd{{.option = "optimizer", .is = {"sgd"}}}, adam{{.option = "optimizer", .is = {"adam"}}};
  table.add(&O::epochs, {.name = "epochs", .bounds = {.at_least = 0, .at_most = 1'000'000}, .help = "Epochs to train"});
  table.add(&O::batch_size, {.name = "batchSize",
                             .bounds = {.at_least = 1, .at_most = 65536},
                             .fixed = true,
                             .help = "Examples a mini-batch"});
  table.add(&O::learning_rate,
            {.name = "learningRate", .bounds = {.above = 0, .at_most = 100}, .help = "Learning rate"});
  table.add(&O::final_learning_rate, {.name = "finalLearningRate",
                                      .bounds = {.at_least = 0, .at_most = 100},
                                      .help = "Learning rate of the last epoch; unless given it stays"});
  table.add(
      &O::learning_rate_schedule,
      {.name = "learningRateSchedule",
       .words = {"linear", "exponential"},
       .needs = {{.option = "finalLearningRate"}, {.option = "finalLearningRate", .above = 0, .when = {"exponential"}}},
       .help = "The way to the final learning rate, epoch by epoch: equal steps or equal ratios"});
  table.add(&O::schedule_start,
            {.name = "scheduleStart",
             .bounds = {.at_least = 0, .at_most = 1'000'000},
             .help = "Epoch of the model's life in which schedules began, for a training that goes on from a file"});
  table.add(&O::optimizer, {.name = "optimizer",
                            .words = {"sgd", "adam"},
                            .help = "Gradient ascent with momentum, or Adam",
                            .source = "Kingma and Ba 2015"});
  table.add(&O::momentum,
            {.name = "momentum", .bounds = {.at_least = 0, .below = 1}, .needs = sgd, .help = "Momentum of sgd"});
  table.add(&O::initial_momentum, {.name = "initialMomentum",
                                   .bounds = {.at_least = 0, .below = 1},
                                   .needs = sgd,
                                   .help = "Momentum of the first epochs of a model's life",
                                   .source = "Hinton 2012, section 9"});
  table.add(&O::initial_momentum_epochs, {.name = "initialMomentumEpochs",
                                          .bounds = {.at_least = 0, .at_most = 1'000'000},
                                          .needs = sgd,
                                          .help = "How many epochs the initial momentum holds"});
  table.add(&O::beta1, {.name = "beta1",
                        .bounds = {.at_least = 0, .below = 1},
                        .needs = adam,
                        .help = "What stays of the gradient's running mean after a mini-batch"});
  table.add(&O::beta2, {.name = "beta2",
                        .bounds = {.at_least = 0, .below = 1},
                        .needs = adam,
                        .help = "What stays of the running mean of its squares; above the square of beta1"});
  table.add(&O::epsilon, {.name = "epsilon",
                          .bounds = {.at_least = 1e-12, .at_most = 1},
                          .needs = adam,
                          .help = "Added to the root of the running mean of squares"});
  table.add(&O::weight_decay, {.name = "weightDecay",
                               .bounds = {.at_least = 0, .at_most = 100},
                               .help = "L2 on the weights, not on the biases",
                               .source = "Hinton 2012, section 10"});
  table.add(&O::l1,
            {.name = "l1", .bounds = {.at_least = 0, .at_most = 100}, .help = "L1 on the weights, not on the biases"});
  if constexpr (requires(O o) { o.visible_bias_from_data; })
    table.add(&O::visible_bias_from_data,
              {.name = "visibleBiasFromData",
               .fixed = true,
               .help = "An untrained model's visible biases, where all are 0, start at the log-odds of the data",
               .source = "Hinton 2012, section 8"});
  table.add(&O::seed, {.name = "seed",
                       .bounds = {.at_least = 0, .at_most = largest_whole_number},
                       .fixed = true,
                       .help = "Seed of every random number in training",
                       .models_own = true});
  table.add([](const O& o) -> std::optional<Refusal> {
    if (!(o.beta1 * o.beta1 >= o.beta2)) return {};
    return Refusal{"beta1", "beta1 squared must be below beta2, or Adam's steps have no bound: beta1 is " +
                                text_of(o.beta1) + ", beta2 " + text_of(o.beta2)};
  });
}

}  // namespace wakesleep::options
