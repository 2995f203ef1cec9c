#include "learning/checks.h"

#include <algorithm>
#include <string>

#include "learning/exact_gradient.h"
#include "learning/missing_values.h"
#include "wakesleep/refusal.h"

namespace wakesleep {
namespace {

[[noreturn]] void out_of_range(const char* option, const std::string& message) {
  throw OptionOutOfRange({option, message});
}

void refuse(bool given, const char* option, const std::string& why) {
  if (given) throw OptionMisuse({option, std::string(option) + " " + why, false});
}

void check_weights(const std::vector<float>& weights, Index count) {
  if (weights.empty()) return;
  if (weights.size() != static_cast<std::size_t>(count))
    out_of_range("weights", "weights must be one for each of " + std::to_string(count) + " examples, not " +
                                std::to_string(weights.size()));
  if (std::none_of(weights.begin(), weights.end(), [](float weight) { return weight > 0; }))
    out_of_range("weights", "weights must not all be 0");
}

}  // namespace

void check(const TrainingOptions& options, const Rbm& rbm, const Dataset& data, const Dbn* net) {
  check(options);
  check_weights(options.weights, data.count());
  const bool compares_labels = options.objective != Objective::generative;
  refuse(compares_labels && !rbm.labels(), "objective", "discriminative and hybrid need a model with label units");
  refuse(compares_labels && !rbm.has_energy(), "objective",
         "discriminative and hybrid compare the free energies of the labels, and noisy-relu units have no energy: relu "
         "units have");
  const RbmShape& shape = rbm.shape();
  const InputScales& scales = options.input_scales;
  if (!(scales.up > 0 && scales.up <= 16 && scales.down > 0 && scales.down <= 16))
    out_of_range("inputScales", "inputScales must be above 0 and at most 16, not " + std::to_string(scales.up) +
                                    " and " + std::to_string(scales.down));
  refuse(scales != InputScales{} && (!rbm.is_bernoulli() || options.objective != Objective::generative ||
                                     (options.method != Method::cd && options.method != Method::pcd)),
         "inputScales", "go with Bernoulli units, methods cd and pcd, and the generative objective");
  refuse(!shape.visible_units.learned_sigma && !shape.hidden_units.learned_sigma && options.sigma_learning_rate,
         "sigmaLearningRate", "is an option of Gaussian units whose standard deviations are learned");
  refuse(options.centering && shape.visible_units.type == UnitType::replicated_softmax, "centering",
         "does not go with counts of words: the mean of a hidden bias' statistics depends on a document's length");
  refuse(options.sparsity_cost > 0 && shape.hidden_units.type != UnitType::bernoulli, "sparsityTarget",
         "is a mean activity of Bernoulli hidden units");
  refuse(options.data_states == States::sampled && shape.visible_units.type != UnitType::bernoulli, "dataStates",
         "can be sampled for Bernoulli visible units only");
  if (options.method == Method::exact) ExactGradient{rbm};
  refuse(options.mask && net, "mask", "goes with an RBM: the upper layers of a DBN see examples as a whole");
  if (options.mask) MissingValues{rbm, data, options};
}

}  // namespace wakesleep
