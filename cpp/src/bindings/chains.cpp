#include "bindings/chains.h"

namespace wakesleep::bindings {

namespace {

using Shared = std::shared_ptr<ChainsHandle>;

// Steps of the chains that they hold.
struct Steps {
  Chains* chains;
  bool step() { return chains->step(); }
  double done() const { return chains->done(); }
};

// { means, states, images, hidden, labels }
val samples_of(const Chains& chains) {
  const ChainSamples samples = chains.samples();
  val out = val::object();
  out.set("means", tensor(samples.means));
  out.set("states", tensor(samples.states));
  out.set("images", tensor(samples.images));
  out.set("hidden", tensor(samples.hidden));
  out.set("labels", labels_array(samples.labels));
  return out;
}

ComputationPointer advance(Shared handle, double count, double temperature) {
  handle->chains.advance(static_cast<Index>(count), temperature);
  Steps steps{&handle->chains};
  return computation(std::move(handle), std::move(steps), [](const Steps& ended) { return samples_of(*ended.chains); });
}

// One row for all chains or one each, of visible values; `name` is that of the argument.
void start(ChainsHandle& handle, val x, double columns, const std::string& name) {
  handle.chains.start_at(matrix_from(x, columns), name.c_str());
}

void clamp(ChainsHandle& handle, val mask, val values, double columns) {
  const Matrix where = matrix_from(mask, columns), what = matrix_from(values, columns);
  handle.chains.clamp(view(where), view(what));
}

void clamp_labels(ChainsHandle& handle, val labels) { handle.chains.clamp_labels(vector_from<int>(labels)); }

double steps(const ChainsHandle& handle) { return number(handle.chains.steps()); }

}  // namespace

EMSCRIPTEN_BINDINGS(wakesleep_chains) {
  using namespace emscripten;
  class_<ChainsHandle>("Chains")
      .smart_ptr<Shared>("SharedChains")
      .function("advance", &guard<advance>::call)
      .function("start", &guard<start>::call)
      .function("clamp", &guard<clamp>::call)
      .function("clampLabels", &guard<clamp_labels>::call)
      .function("steps", &steps);
}

}  // namespace wakesleep::bindings
