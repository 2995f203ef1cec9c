#include "bindings/computation.h"

namespace wakesleep::bindings {
namespace {

bool step(Computation& work) { return work.step(); }
double done(const Computation& work) { return work.done(); }
val result(Computation& work) { return work.result(); }

}  // namespace

EMSCRIPTEN_BINDINGS(wakesleep_computation) {
  using namespace emscripten;
  class_<Computation>("Computation")
      .function("step", &guard<step>::call)
      .function("done", &guard<done>::call)
      .function("result", &guard<result>::call);
}

}  // namespace wakesleep::bindings
