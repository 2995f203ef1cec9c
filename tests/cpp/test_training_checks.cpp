// What trainings are refused for, asked before they begin.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "wakesleep/dbm_training.h"
#include "wakesleep/fingerprint.h"
#include "wakesleep/patterns.h"
#include "wakesleep/sbn_training.h"

using namespace wakesleep;

namespace {

// Whether it is refused for this option, in these words, and train throws what comes first.
template <class Model, class Options>
bool refuses(Model model, const Dataset& data, const Options& options, const std::string& option,
             const std::string& words) {
  const std::string before = fingerprint(model);
  const std::vector<Refusal> all = check(model, data, options);
  if (!all.empty()) CHECK_THROWS_WITH(train(model, data, options), all[0].message.c_str());
  CHECK(fingerprint(model) == before);
  return std::any_of(all.begin(), all.end(), [&](const Refusal& refusal) {
    return refusal.option == option && refusal.message.find(words) != std::string::npos;
  });
}

}  // namespace

TEST_CASE("nothing is refused that can be trained") {
  const Dataset data = bars_and_stripes(3);
  CHECK(check(Rbm({9, 4, 3}), data, TrainingOptions()).empty());
  CHECK(check(Dbn({9, 4, 9}, 3), data, {TrainingOptions()}, true).empty());
  DbmTrainingOptions of_dbm;
  of_dbm.pretraining.resize(2);
  CHECK(check(Dbm({9, 4, 3}, 3), data, of_dbm).empty());
  CHECK(check(Sbn({9, 4, 3}), data, SbnTrainingOptions()).empty());
}

TEST_CASE("all that is wrong with options, data and a model is listed, each once and by name") {
  const Dataset data = bars_and_stripes(3), few = Dataset::from_bits(BitMatrix(4, 9));
  TrainingOptions o;
  o.learning_rate = 0;
  o.sigma_learning_rate = 0.1;
  o.weights = {1, -1, 1};
  o.method = Method::exact;
  const Rbm wide({30, 20, 3});
  const std::vector<Refusal> all = check(wide, few, o);
  CHECK(all.size() == 7);
  CHECK(refuses(wide, few, o, "sigmaLearningRate", "sigmaLearningRate is an option of Gaussian units"));
  CHECK(refuses(wide, few, o, "weights", "one for each of 4 examples, not 3"));
  CHECK(refuses(wide, few, o, "weights", "weights[1]"));
  CHECK(refuses(wide, few, o, "method", "at most 2^16"));
  CHECK(refuses(wide, few, o, "", "9 values an example"));
  CHECK(refuses(wide, few, o, "", "data with labels"));
  const Dbn net({9, 4, 3}, 0);
  o = {};
  o.sparsity_cost = 1;
  o.sparsity_target = 0.1;
  o.mask = &few;
  CHECK(check(net, data, {o}).size() == 2);
  CHECK(refuses(net, data, std::vector{o}, "mask", "as a whole"));
  CHECK(check(net, data, {TrainingOptions()}, true)[0].option == "startFromTranspose");

  DbmTrainingOptions of_dbm;
  of_dbm.pretraining.resize(3);
  CHECK(refuses(Dbm({9, 4, 3}, 0), data, of_dbm, "pretraining", "one a layer"));
  of_dbm.pretraining.resize(1);
  of_dbm.pretraining[0].objective = Objective::discriminative;
  CHECK(refuses(Dbm({9, 4, 3}, 0), data, of_dbm, "objective", "label units"));
  SbnTrainingOptions of_sbn;
  of_sbn.method = SbnMethod::exact;
  CHECK(refuses(Sbn({9, 17}), data, of_sbn, "method", "16 hidden units"));
  of_sbn.method = SbnMethod::observed;
  CHECK(refuses(Sbn({9, 4}), data, of_sbn, "", "13 units in all its layers"));
}
