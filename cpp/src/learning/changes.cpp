#include "learning/changes.h"

#include "learning/checks.h"

namespace wakesleep {
namespace {

template <class Options>
class Change {
 public:
  Change(const Options& from, const Options& to) : from_(from), to_(to) {
    keep("batchSize", from.batch_size != to.batch_size);
    keep("seed", from.seed != to.seed);
    keep("visibleBiasFromData", from.visible_bias_from_data != to.visible_bias_from_data);
  }
  template <class Value>
  void keep(const char* option, Value Options::* member) {
    keep(option, from_.*member != to_.*member);
  }
  void keep(const char* option, bool changed) {
    refusals_.add(changed, option, "can only be chosen at the beginning of a training", Refusals::Kind::combination);
  }
  std::vector<Refusal> refusals() const { return refusals_.list(); }

 private:
  const Options &from_, &to_;
  Refusals refusals_;
};

}  // namespace

std::vector<Refusal> refusals_of_change(const TrainingOptions& from, const TrainingOptions& to) {
  Change change(from, to);
  change.keep("method", &TrainingOptions::method);
  change.keep("chains", &TrainingOptions::chains);
  change.keep("temperatures", &TrainingOptions::temperatures);
  change.keep("dataStates", &TrainingOptions::data_states);
  change.keep("upStates", &TrainingOptions::up_states);
  change.keep("centering", &TrainingOptions::centering);
  change.keep("objective", &TrainingOptions::objective);
  change.keep("weights", &TrainingOptions::weights);
  change.keep("mask", &TrainingOptions::mask);
  change.keep("inputScales", &TrainingOptions::input_scales);
  return change.refusals();
}

std::vector<Refusal> refusals_of_change(const DbmTrainingOptions& from, const DbmTrainingOptions& to) {
  Change change(from, to);
  change.keep("chains", &DbmTrainingOptions::chains);
  change.keep("centering", &DbmTrainingOptions::centering);
  change.keep("dataStates", &DbmTrainingOptions::data_states);
  change.keep("pretraining", from.pretraining.empty() != to.pretraining.empty());
  return change.refusals();
}

std::vector<Refusal> refusals_of_change(const SbnTrainingOptions& from, const SbnTrainingOptions& to) {
  Change change(from, to);
  change.keep("method", &SbnTrainingOptions::method);
  change.keep("persistent", &SbnTrainingOptions::persistent);
  return change.refusals();
}

}  // namespace wakesleep
