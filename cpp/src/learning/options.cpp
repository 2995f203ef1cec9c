#include "learning/options.h"

#include <cmath>
#include <stdexcept>
#include <string>

#include "learning/exact_gradient.h"
#include "learning/missing_values.h"
#include "models/layer.h"

namespace wakesleep {
namespace {

template <class T>
void check_range(const char* name, T value, T least, T most) {
  // The comparison is written so that NaN fails it.
  if (!(value >= least && value <= most))
    throw std::out_of_range(std::string(name) + " must be " + std::to_string(least) + " to " + std::to_string(most) +
                            ", not " + std::to_string(value));
}

void check_below_1(const char* name, double value) {
  if (!(value >= 0 && value < 1))
    throw std::out_of_range(std::string(name) + " must be 0 or more and below 1, not " + std::to_string(value));
}

void refuse(bool given, const char* name, const std::string& why) {
  if (given) throw std::invalid_argument(std::string(name) + " " + why);
}

void check_ranges(const TrainingOptions& o) {
  check_range<std::uint64_t>("epochs", o.epochs, 0, 1'000'000);
  check_range<Index>("batch size", o.batch_size, 1, 65536);
  if (!(o.learning_rate > 0 && o.learning_rate <= 100))
    throw std::out_of_range("learning rate must be above 0 and at most 100, not " + std::to_string(o.learning_rate));
  if (o.final_learning_rate) check_range<double>("final learning rate", *o.final_learning_rate, 0, 100);
  check_below_1("momentum", o.momentum);
  check_below_1("initial momentum", o.initial_momentum);
  check_below_1("beta1", o.beta1);
  check_below_1("beta2", o.beta2);
  if (o.beta1 * o.beta1 >= o.beta2)
    throw std::out_of_range("beta1 squared must be below beta2, or Adam's steps have no bound: beta1 is " +
                            std::to_string(o.beta1) + ", beta2 " + std::to_string(o.beta2));
  if (!(o.epsilon >= 1e-12 && o.epsilon <= 1))
    throw std::out_of_range("epsilon must be 1e-12 to 1, not " + std::to_string(o.epsilon));
  if (o.sigma_learning_rate) check_range<double>("sigma learning rate", *o.sigma_learning_rate, 0, 100);
  check_range<double>("weight decay", o.weight_decay, 0, 100);
  check_range<double>("l1", o.l1, 0, 100);
  check_range<Index>("k", o.k, 1, 10'000);
  if (o.final_k) check_range<Index>("final k", *o.final_k, 1, 10'000);
  if (o.chains) check_range<Index>("chains", *o.chains, 1, 65536);
  check_range<double>("clamped chains", o.clamped_chains, 0, 1);
  check_range<double>("restarts", o.restarts, 0, 1);
  if (o.fast_learning_rate) check_range<double>("fast learning rate", *o.fast_learning_rate, 0, 100);
  check_range<double>("fast decay", o.fast_decay, 0, 1);
  check_range<Index>("temperatures", o.temperatures, 2, 100);
  check_range<double>("centering rate", o.centering_rate, 0, 1);
  check_below_1("sparsity target", o.sparsity_target);
  check_range<double>("sparsity cost", o.sparsity_cost, 0, 1000);
  check_below_1("sparsity decay", o.sparsity_decay);
  check_below_1("dropout", o.dropout);
  check_range<double>("generative weight", o.generative_weight, 0, 1000);
  check_range<Index>("missing steps", o.missing_steps, 1, 10'000);
}

// Options that were given and have no effect beside the others, or no meaning.
void check_combinations(const TrainingOptions& o) {
  const TrainingOptions preset;
  const bool fpcd = o.method == Method::fpcd, pt = o.method == Method::pt, exact = o.method == Method::exact;
  const bool mean_field = o.method == Method::mean_field, chains_of_pcd = o.method == Method::pcd || fpcd;
  refuse(!fpcd && o.fast_learning_rate, "fast learning rate", "is an option of method fpcd");
  refuse(!fpcd && o.fast_decay != preset.fast_decay, "fast decay", "is an option of method fpcd");
  refuse(!pt && o.temperatures != preset.temperatures, "temperatures", "is an option of method pt");
  refuse((pt || exact || mean_field) && o.clamped_chains > 0, "clamped chains", "is an option of methods pcd and fpcd");
  refuse((pt || exact || mean_field) && o.restarts > 0, "restarts", "is an option of methods pcd and fpcd");
  refuse((exact || mean_field) && o.chains, "chains", "is an option of methods pcd, fpcd and pt");
  refuse(exact && (o.k != 1 || o.final_k), "k", "is of no use to method exact, which takes no steps");
  refuse((exact || mean_field) && o.hidden_states == States::sampled, "hidden states",
         "are means in methods exact and mean-field, and cannot be sampled");
  refuse((exact || pt) && o.visible_states == States::mean, "visible states",
         "cannot be means in methods exact and pt");
  refuse(o.learning_rate_schedule == RateSchedule::exponential && !(o.final_learning_rate.value_or(0) > 0),
         "learning rate schedule", "exponential needs a final learning rate above 0");
  const bool adam = o.optimizer == OptimizerKind::adam;
  refuse(adam && (o.momentum != preset.momentum || o.initial_momentum_epochs > 0), "momentum",
         "is an option of optimizer sgd; adam has beta1");
  refuse(!adam && (o.beta1 != preset.beta1 || o.beta2 != preset.beta2), "beta1 and beta2",
         "are options of optimizer adam");
  refuse(!adam && o.epsilon != preset.epsilon, "epsilon", "is an option of optimizer adam");
  refuse(!o.centering && o.centering_rate != preset.centering_rate, "centering rate", "is an option of centering");
  refuse(o.sparsity_cost > 0 && o.sparsity_target == 0, "sparsity cost", "needs a sparsity target above 0");
  refuse(o.sparsity_cost == 0 && (o.sparsity_target > 0 || o.sparsity_decay != preset.sparsity_decay),
         "sparsity target", "and its decay need a sparsity cost above 0");
  refuse(o.dropout > 0 && !chains_of_pcd && o.method != Method::cd && !mean_field, "dropout",
         "goes with methods cd, mean-field, pcd and fpcd");
  refuse(o.dropout > 0 && o.objective != Objective::generative, "dropout", "goes with the generative objective");
  refuse(o.objective != Objective::hybrid && o.generative_weight != preset.generative_weight, "generative weight",
         "is an option of the hybrid objective");
  refuse(o.objective == Objective::discriminative && (o.method != Method::cd || o.k != 1 || o.final_k), "method and k",
         "are of no use to the discriminative objective, whose gradient is exact");
  refuse(!o.mask && o.missing_steps != preset.missing_steps, "missing steps", "is an option of mask");
}

void check_weights(const std::vector<float>& weights, Index count) {
  if (weights.empty()) return;
  if (weights.size() != static_cast<std::size_t>(count))
    throw std::out_of_range("weights must be one for each of " + std::to_string(count) + " examples, not " +
                            std::to_string(weights.size()));
  bool any = false;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (!(weights[i] >= 0) || !std::isfinite(weights[i]))
      throw std::out_of_range("weights must be 0 or more and finite: that of example " + std::to_string(i) + " is " +
                              (std::isnan(weights[i]) ? "NaN" : std::to_string(weights[i])));
    any |= weights[i] > 0;
  }
  if (!any) throw std::out_of_range("weights must not all be 0");
}

}  // namespace

void check(const TrainingOptions& options) {
  check_ranges(options);
  check_combinations(options);
}

void check(const TrainingOptions& options, const Rbm& rbm, const Dataset& data, const Dbn* net) {
  check(options);
  check_weights(options.weights, data.count());
  if (options.objective != Objective::generative && !rbm.labels())
    throw std::invalid_argument("the discriminative and the hybrid objective need a model with label units");
  // Both compare the free energies of the labels.
  if (options.objective != Objective::generative) check_energy(rbm);
  const RbmShape& shape = rbm.shape();
  const InputScales& scales = options.input_scales;
  if (!(scales.up > 0 && scales.up <= 16 && scales.down > 0 && scales.down <= 16))
    throw std::out_of_range("input scales must be above 0 and at most 16, not " + std::to_string(scales.up) + " and " +
                            std::to_string(scales.down));
  refuse(scales != InputScales{} && (!rbm.is_bernoulli() || options.objective != Objective::generative ||
                                     (options.method != Method::cd && options.method != Method::pcd)),
         "input scales", "go with Bernoulli units, methods cd and pcd, and the generative objective");
  refuse(!shape.visible_units.learned_sigma && !shape.hidden_units.learned_sigma && options.sigma_learning_rate,
         "sigma learning rate", "is an option of Gaussian units whose standard deviations are learned");
  const units::Type &below = units::type_of(shape.visible_units.type), &above = units::type_of(shape.hidden_units.type);
  refuse(options.centering && below.documents(), "centering",
         "does not go with counts of words: the mean of a hidden bias' statistics depends on a document's length");
  refuse(options.sparsity_cost > 0 && !above.logistic(), "sparsity target",
         "is a mean activity of Bernoulli hidden units");
  refuse(options.data_states == States::sampled && !below.draws_from_means(), "data states",
         std::string("can be sampled for units whose data may be means of their states, and those of ") + below.name() +
             " units are states");
  if (options.method == Method::exact) ExactGradient{rbm};
  if (options.mask && net)
    throw std::invalid_argument("mask goes with an RBM: the upper layers of a DBN see examples as a whole");
  if (options.mask) MissingValues{rbm, data, options};
}

}  // namespace wakesleep
