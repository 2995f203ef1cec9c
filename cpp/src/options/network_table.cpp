#include "options/learning_rows.h"
#include "options/make_table.h"
#include "wakesleep/network_training_options.h"

namespace wakesleep::options {

template <>
void add_rows(Table<NetworkTrainingOptions>& t) {
  using O = NetworkTrainingOptions;
  const auto method = [](const char* word) { return Need{.option = "method", .is = {word}}; };
  add_learning_rows(t);
  t.need(method("gradient"), {"learningRate", "finalLearningRate", "optimizer", "momentum", "initialMomentum",
                              "initialMomentumEpochs", "l1"});
  t.add(&O::method,
        {.name = "method",
         .words = {"gradient", "conjugate-gradients", "hessian-free"},
         .fixed = true,
         .help = "How a mini-batch's gradient moves the weights: gradient (a step of the optimizer), "
                 "conjugate-gradients (line searches, for mini-batches of about 1,000) or hessian-free "
                 "(conjugate gradients on the damped Gauss-Newton matrix, Martens 2010, for mini-batches of "
                 "several thousand)"});
  t.add(&O::loss, {.name = "loss",
                   .words = {"cross-entropy", "squared-error"},
                   .fixed = true,
                   .help = "What is minimised; unless given, cross-entropy for outputs that are sigmoids or a softmax, "
                           "and squared-error for others"});
  t.add(&O::targets, {.name = "targets",
                      .words = {"labels", "inputs", "columns"},
                      .fixed = true,
                      .help = "What the outputs are to be: 1 for the label, the inputs, or what the examples have "
                              "behind their inputs; unless given, an autoencoder's inputs, and labels for other nets"});
  t.add(&O::input_dropout, {.name = "inputDropout",
                            .bounds = {.at_least = 0, .below = 1},
                            .help = "Chance that an input is left out for an example",
                            .source = "Srivastava et al. 2014"});
  t.add(&O::dropout, {.name = "dropout",
                      .bounds = {.at_least = 0, .below = 1},
                      .help = "Chance that a sigmoid or rectified hidden unit is left out for an example",
                      .source = "Srivastava et al. 2014"});
  t.add(&O::max_norm, {.name = "maxNorm",
                       .bounds = {.above = 0, .at_most = 1e6},
                       .help = "The most that the norm of the weights into a unit can be; unless given, without bound",
                       .source = "Srivastava et al. 2014"});
  t.add(&O::corruption, {.name = "corruption",
                         .bounds = {.at_least = 0, .below = 1},
                         .help = "Chance that an input is set to 0 for an example, to be denoised",
                         .source = "Vincent et al. 2008"});
  t.add(&O::noise, {.name = "noise",
                    .bounds = {.at_least = 0, .at_most = 100},
                    .help = "Standard deviation of the normal noise that is added to inputs"});
  t.add(&O::frozen_layers, {.name = "frozenLayers",
                            .bounds = {.at_least = 0, .at_most = 31},
                            .help = "The lowest layers of weights, so many, do not learn"});
  t.add(&O::patience, {.name = "patience",
                       .bounds = {.at_least = 1, .at_most = 1'000'000},
                       .help = "Epochs without a lower validation loss after which training ends, with the best "
                               "epoch's weights; unless given, all epochs are trained"});
  t.add(&O::line_searches, {.name = "lineSearches",
                            .bounds = {.at_least = 1, .at_most = 1000},
                            .needs = {method("conjugate-gradients")},
                            .help = "Line searches a mini-batch"});
  t.add(&O::iterations, {.name = "iterations",
                         .bounds = {.at_least = 1, .at_most = 10'000},
                         .needs = {method("hessian-free")},
                         .help = "Iterations of conjugate gradients a mini-batch, at most"});
  t.add(&O::damping, {.name = "damping",
                      .bounds = {.above = 0, .at_most = 1e6},
                      .needs = {method("hessian-free")},
                      .fixed = true,
                      .help = "What is added to the diagonal of the Gauss-Newton matrix at first; it then follows how "
                              "well the matrix foretells the loss"});
}

template const Table<NetworkTrainingOptions>& table();

}  // namespace wakesleep::options
