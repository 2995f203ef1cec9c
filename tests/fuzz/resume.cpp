// Resumable files: what opens is trained for two batches, saved, and opens again as the same; or the training says why
// it can't begin, or that it diverged.
#include <algorithm>
#include <cstddef>
#include <stdexcept>

#include "model_files.h"
#include "seeds.h"
#include "wakesleep/dbm_training.h"
#include "wakesleep/errors.h"
#include "wakesleep/model_file.h"
#include "wakesleep/network_training.h"
#include "wakesleep/sbn_training.h"
#include "wakesleep/training.h"

using namespace wakesleep;
using fuzz::Bytes;

namespace {

constexpr Index most_units = 64, examples = 4, batches = 2;
constexpr std::size_t largest_file = 1 << 16;

// Zeros and ones, which units of every type can have; of a softmax group the first state.
Dataset data_for(Index width, Index labels, const Units& units = {}) {
  std::vector<float> values(static_cast<std::size_t>(examples * width));
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(i % 3 == 0);
  if (!units.groups.empty()) std::fill(values.begin(), values.end(), 0.0f);
  for (Index r = 0, first = 0; r < examples; ++r, first = r * width)
    for (const Index states : units.groups) {
      values[static_cast<std::size_t>(first)] = 1;
      first += states;
    }
  std::vector<std::uint16_t> of_rows;
  for (Index r = 0; labels > 0 && r < examples; ++r) of_rows.push_back(static_cast<std::uint16_t>(r % labels));
  return Dataset::from_floats(values, examples, width, std::move(of_rows));
}

bool small(const std::vector<Index>& layers) {
  return std::all_of(layers.begin(), layers.end(), [](Index units) { return units <= most_units; });
}

template <class M, class Options>
void train_some(M& model, const Dataset& data, const Options& options) {
  const auto training = train(model, data, options);
  for (Index i = 0; i < batches; ++i) training->step();
}

void train_some(Rbm& rbm) {
  if (!small({rbm.visible(), rbm.hidden(), rbm.labels()})) return;
  TrainingOptions options;
  options.batch_size = 2;
  options.method = rbm.training_state().chains.rows() > 0 ? Method::pcd : Method::cd;
  train_some(rbm, data_for(rbm.visible(), rbm.labels(), rbm.shape().visible_units), options);
}

void train_some(Dbn& dbn) {
  if (!small(dbn.layers()) || dbn.labels() > most_units) return;
  TrainingOptions options;
  options.batch_size = 2;
  train_some(dbn, data_for(dbn.visible(), dbn.labels(), dbn.rbm(0).shape().visible_units), std::vector{options});
}

void train_some(Dbm& dbm) {
  if (!small(dbm.layers()) || dbm.labels() > most_units) return;
  DbmTrainingOptions options;
  options.batch_size = 2;
  options.chains = 2;
  if (dbm.training_state().pretraining) options.pretraining.resize(1);
  train_some(dbm, data_for(dbm.layers()[0], dbm.labels()), options);
}

void train_some(Sbn& net) {
  if (!small(net.layers())) return;
  SbnTrainingOptions options;
  options.batch_size = 2;
  if (!net.training_state().kept.empty()) options.method = SbnMethod::gibbs;
  train_some(net, data_for(net.visible(), 0), options);
}

void train_some(Network& net) {
  if (!small(net.layers())) return;
  NetworkTrainingOptions options;
  options.batch_size = 2;
  if (net.training_state().damping.size()) options.method = NetworkMethod::hessian_free, options.iterations = 3;
  train_some(net, data_for(net.visible(), net.outputs()), options);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > largest_file) return 0;
  const SaveOptions resumable{false, true, {}};
  try {
    Model model = open_model({data, size});
    try {
      std::visit([](auto& m) { train_some(m); }, model);
    } catch (const Error& error) {
      fuzz::require(error.code() == ErrorCode::diverged);
    } catch (const std::logic_error&) {  // data, or a state, that this model can't be trained with
    }
    const Bytes saved = save_model(model, resumable);
    fuzz::require(save_model(open_model(saved), resumable) == saved);
  } catch (const Error& error) {
    fuzz::require(error.code() == ErrorCode::format);
  }
  return 0;
}
