#include "bindings/computation.h"

namespace wakesleep::bindings {
namespace {

bool step(Computation& computation) { return computation.step(); }
double done(const Computation& computation) { return computation.done(); }
val result(Computation& computation) { return computation.result(); }

}  // namespace

EMSCRIPTEN_BINDINGS(wakesleep_computation) {
  using namespace emscripten;
  class_<Computation>("Computation")
      .function("step", &guard<step>::call)
      .function("done", &guard<done>::call)
      .function("result", &guard<result>::call);
}

}  // namespace wakesleep::bindings
