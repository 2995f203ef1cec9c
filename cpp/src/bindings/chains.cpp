#include "bindings/chains.h"

namespace wakesleep::bindings {

namespace {

void step(ChainsHandle& handle, double count, double temperature) {
  handle.with([&](auto& chains) { chains.step(static_cast<Index>(count), temperature); });
}

// One row for all chains or one each, of visible values.
void start(ChainsHandle& handle, val x, double columns) {
  const Matrix rows = matrix_from(x, columns);
  if (handle.deep) return handle.deep->start_from(view(rows));
  if (handle.boltzmann) return handle.boltzmann->set_visible(view(rows));
  handle.plain->set_visible(view(rows));
}

void clamp(ChainsHandle& handle, val mask, val values, double columns) {
  const Matrix where = matrix_from(mask, columns), what = matrix_from(values, columns);
  handle.with([&](auto& chains) { chains.clamp(view(where), view(what)); });
}

void clamp_labels(ChainsHandle& handle, val labels) {
  handle.with([&](auto& chains) { chains.clamp_labels(vector_from<int>(labels)); });
}

double steps(ChainsHandle& handle) {
  return handle.with([](auto& chains) { return number(chains.steps()); });
}
double count(ChainsHandle& handle) {
  return handle.with([](auto& chains) { return static_cast<double>(chains.chains()); });
}

val images(ChainsHandle& handle) {
  if (handle.boltzmann) return floats(handle.boltzmann->mean_v());
  if (handle.deep) return floats(handle.deep->images());
  const Matrix means = handle.plain->mean_v().leftCols(handle.rbm->visible());
  return floats(means);
}

// Of a DBM: the states of the visible units and of the first hidden layer.
val visible(ChainsHandle& handle) {
  if (handle.boltzmann) return floats(handle.boltzmann->states(0));
  return floats(handle.gibbs().v_states().values(handle.machine().visible()));
}
val hidden(ChainsHandle& handle) {
  if (handle.boltzmann) return floats(handle.boltzmann->states(1));
  return floats(handle.gibbs().h_states().values(handle.machine().hidden()));
}
val labels(ChainsHandle& handle) {
  return handle.with([](auto& chains) { return labels_array(chains.labels()); });
}

}  // namespace

EMSCRIPTEN_BINDINGS(wakesleep_chains) {
  using namespace emscripten;
  class_<ChainsHandle>("Chains")
      .function("step", &guard<step>::call)
      .function("start", &guard<start>::call)
      .function("clamp", &guard<clamp>::call)
      .function("clampLabels", &guard<clamp_labels>::call)
      .function("steps", &guard<steps>::call)
      .function("count", &guard<count>::call)
      .function("images", &guard<images>::call)
      .function("visible", &guard<visible>::call)
      .function("hidden", &guard<hidden>::call)
      .function("labels", &guard<labels>::call);
}

}  // namespace wakesleep::bindings
