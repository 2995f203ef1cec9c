#include "bindings/computation.h"

#include <algorithm>

#include "math/slices.h"

namespace wakesleep::bindings {
namespace {

bool step(Computation& computation) { return computation.step(); }
double done(const Computation& computation) { return computation.done(); }
val result(Computation& computation) { return computation.result(); }

}  // namespace

ComputationPointer computation(std::shared_ptr<const void> held, RowMap&& rows,
                               std::function<val(const EndedRows&)> result) {
  struct OfRows : Computation {
    // Rows, and then what they have come to is copied, which is much where they are many.
    bool step() override {
      if (rows.step()) return true;
      for (const math::SliceOfWork slice; copy_some();)
        if (slice.over()) return true;
      return false;
    }
    double done() const override { return rows.done(); }
    val result() override { return result_of({rows, tensors}); }
    // False after the last. A value that is copied takes as long as some multiplications of a matrix product.
    bool copy_some() {
      constexpr double of_value = 20;
      if (tensors.size() == rows.results().size() && next == 0) return false;
      const Matrix& all = rows.results()[next == 0 ? tensors.size() : tensors.size() - 1];
      if (next == 0) tensors.push_back(zeros(all.rows(), all.cols()));
      const double of_row = of_value * static_cast<double>(std::max<Index>(1, all.cols()));
      const Index some = std::min(all.rows() - next, math::rows_a_slice(of_row));
      put_rows({all.data() + next * all.cols(), some, all.cols()}, next, tensors.back());
      math::count_work(of_row * static_cast<double>(some));
      next += some;
      if (next == all.rows()) next = 0;
      return true;
    }
    std::shared_ptr<const void> held;
    RowMap rows;
    std::function<val(const EndedRows&)> result_of;
    std::vector<val> tensors;
    Index next = 0;  // row of the last of them
    OfRows(std::shared_ptr<const void>&& h, RowMap&& r, std::function<val(const EndedRows&)>&& of)
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
