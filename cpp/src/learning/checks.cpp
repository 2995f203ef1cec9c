#include "learning/checks.h"

#include <algorithm>
#include <stdexcept>

#include "learning/rules.h"
#include "options/refusals.h"
#include "options/value.h"
#include "units/unit_type.h"

namespace wakesleep {
namespace {

using Kind = Refusals::Kind;

std::string shape_of(const Dataset& data) {
  return std::to_string(data.count()) + " x " + std::to_string(data.width());
}

}  // namespace

void Refusals::add(bool refused, const std::string& option, const std::string& why, Kind kind) {
  if (refused) add({option, option + " " + why, kind == Kind::range});
}

void Refusals::add(const Refusal& refusal) {
  if (std::find(list_.begin(), list_.end(), refusal) == list_.end()) list_.push_back(refusal);
}

void Refusals::add_data(const Dataset& data, const Units& units, Index visible, Index labels) {
  if (data.width() != visible) {
    add(true, "the data set has " + std::to_string(data.width()) + " values an example, and the model " +
                  std::to_string(visible) + " visible units");
  } else {
    add_thrown([&] { data.check_values(units); });
  }
  if (labels == 0) return;
  add(!data.has_labels(), "a model with label units needs data with labels");
  add(data.label_count() > labels, "the data set has labels up to " + std::to_string(data.label_count() - 1) +
                                       ", and the model " + std::to_string(labels) + " label units");
}

void Refusals::add_weights(const std::vector<float>& weights, Index examples) {
  if (weights.empty()) return;
  add(weights.size() != static_cast<std::size_t>(examples), "weights",
      "must be one for each of " + std::to_string(examples) + " examples, not " + std::to_string(weights.size()),
      Kind::range);
  add(std::all_of(weights.begin(), weights.end(), [](float w) { return w == 0; }), "weights", "must not all be 0",
      Kind::range);
}

void Refusals::add_mask(const RbmShape& shape, const Dataset& mask, const Dataset& data, bool in_net) {
  add(in_net, "mask", "goes with an RBM: the upper layers of a DBN see examples as a whole", Kind::combination);
  add(mask.count() != data.count() || mask.width() != data.width(), "mask",
      "must be " + shape_of(data) + ", as the data are, not " + shape_of(mask), Kind::range);
  add(units::type_of(shape.visible_units.type).documents(), "mask",
      "does not go with counts of words, whose sum is the length of the document", Kind::range);
  add(!mask.binary(), "mask", "must be 0 (missing) or 1 (known) everywhere", Kind::range);
}

void Refusals::add_layer(const RbmShape& shape, const TrainingOptions& o, const Dataset& data, bool in_net) {
  add_all(options::refusals(o));
  add_weights(o.weights, data.count());
  const units::Type &below = units::type_of(shape.visible_units.type), &above = units::type_of(shape.hidden_units.type);
  const bool discriminates = o.objective != Objective::generative;
  add(discriminates && !shape.labels, "objective", "discriminative or hybrid needs a model with label units",
      Kind::combination);
  add(discriminates && !has_energy(shape), "objective",
      std::string("discriminative or hybrid compares the free energies of the labels, and ") +
          (below.has_energy() ? above : below).name() + " units have no energy",
      Kind::combination);
  const auto scale_range = [](float scale) { return scale > 0 && scale <= 16; };
  add(!scale_range(o.input_scales.up) || !scale_range(o.input_scales.down), "inputScales",
      "must be above 0 and at most 16, not " + options::text_of(static_cast<double>(o.input_scales.up)) + " and " +
          options::text_of(static_cast<double>(o.input_scales.down)),
      Kind::range);
  add(o.input_scales != InputScales{} && (!below.logistic() || !above.logistic() || discriminates ||
                                          (o.method != Method::cd && o.method != Method::pcd)),
      "inputScales", "go with Bernoulli units, methods cd and pcd, and the generative objective", Kind::combination);
  add(o.sigma_learning_rate && !shape.visible_units.learned_sigma && !shape.hidden_units.learned_sigma,
      "sigmaLearningRate", "is an option of Gaussian units whose standard deviations are learned", Kind::combination);
  add(o.centering && below.documents(), "centering",
      "does not go with counts of words: the mean of a hidden bias' statistics depends on a document's length",
      Kind::combination);
  add(o.sparsity_cost > 0 && !above.logistic(), "sparsityTarget", "is a mean activity of Bernoulli hidden units",
      Kind::combination);
  add(o.data_states == States::sampled && !below.draws_from_means(), "dataStates",
      std::string("can be sampled for units whose data may be means of their states, and those of ") + below.name() +
          " units are states",
      Kind::combination);
  const std::string why = why_not(o.method, shape);
  add(!why.empty(), "method", why, Kind::range);
  if (o.mask) add_mask(shape, *o.mask, data, in_net);
}

}  // namespace wakesleep
