#include "options/learning_rows.h"
#include "options/make_table.h"
#include "wakesleep/training_options.h"

namespace wakesleep::options {

template <>
void add_rows(Table<TrainingOptions>& t) {
  using O = TrainingOptions;
  const auto method = [](std::vector<Value> words) { return Need{.option = "method", .is = std::move(words)}; };
  const Need undirected{.option = "objective", .is = {"generative", "hybrid"}};
  const std::vector<Need> steps{method({"cd", "pcd", "fpcd", "pt", "ptt", "mean-field"}), undirected};
  add_learning_rows(t);
  t.add(&O::sigma_learning_rate,
        {.name = "sigmaLearningRate",
         .bounds = {.at_least = 0, .at_most = 100},
         .help = "Learning rate of the logarithms of learned standard deviations; unless given, the learning rate",
         .source = "Cho, Ilin and Raiko 2011"});
  t.add(&O::method, {.name = "method",
                     .words = {"cd", "pcd", "fpcd", "pt", "ptt", "mean-field", "exact"},
                     .needs = {undirected},
                     .fixed = true,
                     .help = "cd (contrastive divergence, Hinton 2002), pcd (persistent, Tieleman 2008), fpcd (with "
                             "fast weights, Tieleman and Hinton 2009), pt (parallel tempering, Desjardins et al. "
                             "2010), ptt (parallel trajectory tempering, Béreux et al. 2026), mean-field (Welling and "
                             "Hinton 2002) or exact (by enumeration, for a side of at "
                             "most 16 units)"});
  t.add(&O::k, {.name = "k",
                .bounds = {.at_least = 1, .at_most = 10'000},
                .needs = steps,
                .help = "Gibbs steps a mini-batch, or mean-field steps"});
  t.add(&O::final_k, {.name = "finalK",
                      .bounds = {.at_least = 1, .at_most = 10'000},
                      .needs = steps,
                      .help = "k of the last epoch, reached in equal steps, rounded; unless given it stays"});
  t.add(&O::chains, {.name = "chains",
                     .bounds = {.at_least = 1, .at_most = 65536},
                     .needs = {method({"pcd", "fpcd", "pt", "ptt"})},
                     .fixed = true,
                     .help = "Persistent chains; unless given, as many as the batch size"});
  t.add(&O::clamped_chains,
        {.name = "clampedChains",
         .bounds = {.at_least = 0, .at_most = 1},
         .needs = {method({"pcd", "fpcd"})},
         .help = "Share of the persistent chains with labels held, as often as in the data: they learn p(v | label); "
                 "with 1, how often labels come, and so recognition, is not learned"});
  t.add(&O::restarts, {.name = "restarts",
                       .bounds = {.at_least = 0, .at_most = 1},
                       .needs = {method({"pcd", "fpcd"})},
                       .help = "Chance that a persistent chain starts anew from fair coins before a mini-batch"});
  t.add(&O::fast_learning_rate, {.name = "fastLearningRate",
                                 .bounds = {.at_least = 0, .at_most = 100},
                                 .needs = {method({"fpcd"})},
                                 .help = "Learning rate of the fast weights; unless given, the learning rate"});
  t.add(&O::fast_decay, {.name = "fastDecay",
                         .bounds = {.at_least = 0, .at_most = 1},
                         .needs = {method({"fpcd"})},
                         .help = "What stays of the fast weights after a mini-batch"});
  t.add(&O::temperatures, {.name = "temperatures",
                           .bounds = {.at_least = 2, .at_most = 100},
                           .needs = {method({"pt"})},
                           .fixed = true,
                           .help = "Replicas of every chain, at inverse temperatures evenly from 1 down to 0"});
  const std::vector<Need> ladder{method({"ptt"})};
  t.add(&O::reservoir, {.name = "reservoir",
                        .bounds = {.at_least = 1, .at_most = 100},
                        .needs = ladder,
                        .fixed = true,
                        .help = "Samples of the last rung, which the chains are exchanged with, a chain"});
  t.add(&O::rungs, {.name = "rungs",
                    .bounds = {.at_least = 3, .at_most = 1000},
                    .needs = ladder,
                    .help = "Rungs of the ladder that are kept; of more, the one whose neighbours are closest goes"});
  t.add(&O::rung_acceptance, {.name = "rungAcceptance",
                              .bounds = {.above = 0, .below = 1},
                              .needs = ladder,
                              .help = "The model becomes a rung where fewer swaps with the last one are accepted"});
  t.add(&O::least_acceptance, {.name = "leastAcceptance",
                               .bounds = {.above = 0, .below = 1},
                               .needs = ladder,
                               .help = "An update is refused, and the learning rate halved, where fewer would be"});
  t.add([](const O& o) -> std::optional<Refusal> {
    if (o.least_acceptance < o.rung_acceptance) return {};
    return Refusal{"leastAcceptance", "leastAcceptance must be below rungAcceptance: it is " +
                                          text_of(o.least_acceptance) + ", and that " + text_of(o.rung_acceptance)};
  });
  t.add(&O::data_states, {.name = "dataStates",
                          .words = state_words,
                          .fixed = true,
                          .help = "Grey data: sampled to bits anew whenever they are shown, or as they are"});
  t.add(&O::visible_states, {.name = "visibleStates",
                             .words = state_words,
                             .needs = {method({"cd", "pcd", "fpcd"})},
                             .help = "Visible states of the negative phase"});
  t.add(&O::hidden_states, {.name = "hiddenStates",
                            .words = state_words,
                            .needs = {method({"cd", "pcd", "fpcd", "pt", "ptt"})},
                            .help = "Hidden states in the statistics"});
  t.add(
      &O::up_states,
      {.name = "upStates", .words = state_words, .fixed = true, .help = "DBN: what a trained layer hands to the next"});
  t.add(&O::centering, {.name = "centering",
                        .fixed = true,
                        .help = "Both sides are taken less their mean activity",
                        .source = "Melchior, Fischer and Wiskott 2016"});
  t.add(&O::centering_rate, {.name = "centeringRate",
                             .bounds = {.at_least = 0, .at_most = 1},
                             .needs = {{.option = "centering", .is = {true}}},
                             .help = "How fast the means follow each mini-batch's"});
  const std::vector<Need> sparse{{.option = "sparsityCost", .above = 0}};
  t.add(&O::sparsity_target, {.name = "sparsityTarget",
                              .bounds = {.at_least = 0, .below = 1},
                              .needs = sparse,
                              .help = "Mean activity that hidden units are drawn to",
                              .source = "Hinton 2012, section 11"});
  t.add(&O::sparsity_cost,
        {.name = "sparsityCost",
         .bounds = {.at_least = 0, .at_most = 1000},
         .needs = {{.option = "sparsityTarget", .above = 0, .when_above = 0}},
         .help = "How strongly: cost * (target - mean activity) is added to the gradient of a unit's input"});
  t.add(&O::sparsity_decay, {.name = "sparsityDecay",
                             .bounds = {.at_least = 0, .below = 1},
                             .needs = sparse,
                             .help = "What stays of the running mean activity after a mini-batch"});
  t.add(&O::dropout, {.name = "dropout",
                      .bounds = {.at_least = 0, .below = 1},
                      .needs = {{.option = "method", .is = {"cd", "mean-field", "pcd", "fpcd"}, .when_above = 0},
                                {.option = "objective", .is = {"generative"}, .when_above = 0}},
                      .help = "Chance that a hidden unit is left out for an example, the same units in both phases",
                      .source = "Srivastava et al. 2014"});
  t.add(&O::objective, {.name = "objective",
                        .words = {"generative", "discriminative", "hybrid"},
                        .fixed = true,
                        .help = "For models with labels: log p(v, y), log p(y | v), or both",
                        .source = "Larochelle and Bengio 2008"});
  t.add(&O::generative_weight, {.name = "generativeWeight",
                                .bounds = {.at_least = 0, .at_most = 1000},
                                .needs = {{.option = "objective", .is = {"hybrid"}}},
                                .help = "What the generative part of hybrid is multiplied by"});
  t.add(&O::weights, {.name = "weights",
                      .bounds = {.at_least = 0},
                      .fixed = true,
                      .help = "How much each example counts, in the order of the data; unless given, all the same"});
  t.add(&O::mask, {.name = "mask",
                   .fixed = true,
                   .help = "Which values are known (1) or missing (0), in the shape of the data: what is missing is "
                           "drawn given the others before each mini-batch"});
  t.add(&O::missing_steps, {.name = "missingSteps",
                            .bounds = {.at_least = 1, .at_most = 10'000},
                            .needs = {{.option = "mask"}},
                            .help = "Gibbs steps that draw what is missing"});
}

template const Table<TrainingOptions>& table();

}  // namespace wakesleep::options
