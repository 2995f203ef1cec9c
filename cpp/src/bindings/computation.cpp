#include "bindings/computation.h"

namespace wakesleep::bindings {
namespace {

bool step(Computation& computation) { return computation.step(); }
double done(const Computation& computation) { return computation.done(); }
val result(Computation& computation) { return computation.result(); }

}  // namespace

ComputationPointer computation(std::shared_ptr<const void> held, RowMap&& rows,
                               std::function<val(const RowMap&)> result) {
  struct OfRows : Computation {
    bool step() override { return rows.step(); }
    double done() const override { return rows.done(); }
    val result() override { return result_of(rows); }
    std::shared_ptr<const void> held;
    RowMap rows;
    std::function<val(const RowMap&)> result_of;
    OfRows(std::shared_ptr<const void>&& h, RowMap&& r, std::function<val(const RowMap&)>&& of)
        : held(std::move(h)), rows(std::move(r)), result_of(std::move(of)) {}
  };
  return std::make_unique<OfRows>(std::move(held), std::move(rows), std::move(result));
}

EMSCRIPTEN_BINDINGS(wakesleep_computation) {
  using namespace emscripten;
  class_<Computation>("Computation")
      .function("step", &guard<step>::call)
      .function("done", &guard<done>::call)
      .function("result", &guard<result>::call);
}

}  // namespace wakesleep::bindings
