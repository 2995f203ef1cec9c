// Long work of any kind, as JavaScript sees it: steps of a few milliseconds, what is done, and a result. And examples
// and results on their way in and out.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "bindings/bindings.h"
#include "wakesleep/average.h"
#include "wakesleep/example_rows.h"
#include "wakesleep/row_map.h"

namespace wakesleep::bindings {

class Computation {
 public:
  virtual ~Computation() = default;
  virtual bool step() = 0;  // false when nothing was left to do
  virtual double done() const = 0;
  virtual val result() = 0;  // once step() has returned false
};
using ComputationPointer = std::unique_ptr<Computation>;

// steps: an object with step() and done(), which `held` outlives; result(steps) is what JavaScript gets.
template <class Held, class Steps, class Result>
  requires(!std::is_reference_v<Steps> && !std::is_same_v<Steps, RowMap>)
ComputationPointer computation(Held held, Steps&& steps, Result result) {
  struct Of : Computation {
    Of(Held&& h, Steps&& s, Result&& r) : held_(std::move(h)), steps_(std::move(s)), result_(std::move(r)) {}
    bool step() override { return steps_.step(); }
    double done() const override { return steps_.done(); }
    val result() override { return result_(steps_); }
    Held held_;
    Steps steps_;
    Result result_;
  };
  return std::make_unique<Of>(std::move(held), std::move(steps), std::move(result));
}

// The same for rows, whatever the model: there is one such class, and not one for each model and result.
ComputationPointer computation(std::shared_ptr<const void> held, RowMap&& rows,
                               std::function<val(const RowMap&)> result);

// First some steps, and then the computation that next(the first) begins.
template <class Held, class First, class Next>
  requires(!std::is_reference_v<First>)
ComputationPointer computation_after(Held held, First&& first, Next next) {
  struct Of : Computation {
    Of(Held&& h, First&& f, Next&& n) : held_(std::move(h)), first_(std::move(f)), next_(std::move(n)) {}
    bool step() override {
      if (second_) return second_->step();
      if (!first_.step()) second_ = next_(first_);
      return true;
    }
    double done() const override { return second_ ? second_->done() : 0; }
    val result() override { return second_->result(); }
    Held held_;
    First first_;
    Next next_;
    ComputationPointer second_;
  };
  return std::make_unique<Of>(std::move(held), std::move(first), std::move(next));
}

// A data set, or a Float32Array of whole rows.
inline ExampleRows examples_from(const val& x, double width) {
  if (x["length"].isUndefined()) return *x.as<std::shared_ptr<Dataset>>();
  return matrix_from(x, width);
}

// { data, shape }.
inline val tensor(const Matrix& m) {
  val out = val::object(), shape = val::array();
  shape.call<void>("push", static_cast<double>(m.rows()));
  shape.call<void>("push", static_cast<double>(m.cols()));
  out.set("data", floats(m));
  out.set("shape", shape);
  return out;
}
// The same of zeros, and rows of a matrix from `first` on put into such a one: results that are made in slices.
inline val zeros(Index rows, Index cols) {
  val out = val::object(), shape = val::array();
  shape.call<void>("push", static_cast<double>(rows));
  shape.call<void>("push", static_cast<double>(cols));
  out.set("data", val::global("Float32Array").new_(static_cast<double>(rows) * static_cast<double>(cols)));
  out.set("shape", shape);
  return out;
}
inline void put_rows(const Matrix& some, Index first, const val& tensor) {
  tensor["data"].call<void>("set", emscripten::typed_memory_view(static_cast<std::size_t>(some.size()), some.data()),
                            static_cast<double>(first) * static_cast<double>(some.cols()));
}
// Of a matrix of one column: { data, shape: [rows] }.
inline val tensor_of_column(const Matrix& m) {
  val out = tensor(m);
  out["shape"].call<void>("pop");
  return out;
}
template <class Matrices>
val tensors(const Matrices& matrices) {
  val out = val::array();
  for (const Matrix& one : matrices) out.call<void>("push", tensor(one));
  return out;
}

// { mean, error, of, grey }: of 'v' or 'v, y'.
inline val object_of(const LikelihoodAverage& ended) {
  const Average found = ended.result();
  val out = val::object();
  out.set("mean", found.mean);
  out.set("error", found.error);
  out.set("of", std::string(ended.of_labels() ? "v, y" : "v"));
  out.set("grey", ended.grey());
  return out;
}

// A RowMap's only result, or all of them.
inline val only_tensor(const RowMap& rows) { return tensor(rows.results().front()); }
inline val only_column(const RowMap& rows) { return tensor_of_column(rows.results().front()); }
inline val all_tensors(const RowMap& rows) { return tensors(rows.results()); }

}  // namespace wakesleep::bindings
