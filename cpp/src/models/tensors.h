// The tensors of a model. Each is named once, in the list of its kind (rbm_tensors.h and the like): files,
// fingerprints, checks of values, parameters() and setParameters() are loops over these lists.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "wakesleep/layer_states.h"
#include "wakesleep/matrix.h"

namespace wakesleep {

inline constexpr Index any_rows = -1;  // in a shape: as many rows as there are, at least one

// A tensor's name and shape, and where its values are. A model keeps its values in arrays, which are matrices and
// vectors; a tensor may be a part of one, as the rows of label units are of an RBM's W.
struct NamedTensor {
  std::string name;
  std::vector<Index> shape{};  // {rows, columns} or {values}
  std::size_t array = 0;       // the number of its array
  std::uint64_t first = 0;     // the entry of the array at which the tensor begins
  Index layer = -1;            // of parameters that are lists, one entry a layer: the entry; otherwise -1
  bool may_stay = false;       // setParameters() may leave it out
  // What files are held to beyond finite values; `one_on` is for bits: one is set in each row.
  float least = -std::numeric_limits<float>::infinity(), most = std::numeric_limits<float>::infinity();
  bool one_on = false;

  std::uint64_t size() const;
};
using TensorList = std::vector<NamedTensor>;

// The training state of a model is visited by visit_state(model, visitor), an overload of its kind. A visitor has
// floats(tensors, store) and bits(tensors, store), which tell whether these tensors are there: all of them are, or
// none; and together(name, there, name, there) for what has two stores and is there in both or in none.

// "layers.1.W" for entry 1 of the list W, "sigma_v" where there is no list.
std::string file_name(const NamedTensor& tensor);
// The same tensor as an argument of the API: "W[1]", "sigmaV".
std::string argument_name(const NamedTensor& tensor);
// "784 x 500", or "784" for a vector.
std::string shape_text(const std::vector<Index>& shape);
// The same tensors under names that begin with `prefix`, in files.
TensorList with_prefix(const std::string& prefix, TensorList tensors);
// The same tensors, of which files may have no values outside of these bounds.
TensorList within(float least, float most, TensorList tensors);

// From this magnitude on a float's neighbours are 2 apart, and what a batch adds is lost. A step whose outcome could be
// larger is refused as divergence, and what optimizers keep is no larger then.
inline constexpr double most_magnitude = 1 << 24;
// How far a moving average of means can come past the bounds of the units' states: times this.
inline constexpr float past_by_rounding = 1.0001f;
inline TensorList of_training(TensorList tensors) {
  return within(-static_cast<float>(most_magnitude), static_cast<float>(most_magnitude), std::move(tensors));
}
// The shape of each array that the tensors are in, {rows, columns} or {values}; empty where there is none.
std::vector<std::vector<Index>> array_shapes(const TensorList& tensors);

// What an optimizer keeps of these tensors. Where it has not moved all of them, the next step begins anew, and nothing
// of it is worth keeping.
template <class State, class Visitor>
void visit_optimizer(const TensorList& tensors, State& state, Visitor&& visit) {
  constexpr float most_square = static_cast<float>(most_magnitude) * static_cast<float>(most_magnitude);
  visit.floats(of_training(with_prefix("velocity.", tensors)), state.velocity);
  const bool first = visit.floats(of_training(with_prefix("first_moment.", tensors)), state.first_moment),
             second = visit.floats(within(0, most_square, with_prefix("second_moment.", tensors)), state.second_moment);
  visit.together("first_moment", first, "second_moment", second);
}

// f(array) for each array of a store: a matrix or vector, a list of them, several tied together, or the parameters of a
// model, for which the list of its kind has overloads.
template <class Array, class F>
  requires requires(Array& array) { array.cwiseAbs(); }
void each_array(Array& array, F&& f) {
  f(array);
}
template <class Store, class F>
  requires std::is_same_v<std::remove_const_t<Store>, std::vector<Vector>> ||
           std::is_same_v<std::remove_const_t<Store>, std::vector<Matrix>>
void each_array(Store& store, F&& f) {
  for (auto& array : store) f(array);
}
template <class... Arrays, class F>
void each_array(const std::tuple<Arrays&...>& store, F&& f) {
  std::apply([&](auto&... array) { (f(array), ...); }, store);
}
template <class Store, class F>
  requires std::is_same_v<std::remove_const_t<Store>, LayerStates>
void each_array(Store& store, F&& f) {
  if (!store.binary) f(store.real);
}

// The values of each array.
template <class Store>
std::vector<std::span<const float>> arrays(const Store& store) {
  std::vector<std::span<const float>> values;
  each_array(store, [&](const auto& array) { values.emplace_back(array.data(), std::size_t(array.size())); });
  return values;
}
template <class Store>
std::vector<std::span<float>> mutable_arrays(Store& store) {
  std::vector<std::span<float>> values;
  each_array(store, [&](auto& array) { values.emplace_back(array.data(), std::size_t(array.size())); });
  return values;
}

// Gives a store the arrays that these tensors need; their values are not set.
void allocate(Matrix& store, const std::vector<Index>& shape);
void allocate(Vector& store, const std::vector<Index>& shape);  // of a matrix: row by row
void allocate(Vector& store, const TensorList& tensors);
void allocate(std::vector<Vector>& store, const TensorList& tensors);
void allocate(std::vector<Matrix>& store, const TensorList& tensors);
void allocate(LayerStates& store, const TensorList& tensors);  // real ones
template <class... Arrays>
void allocate(const std::tuple<Arrays&...>& store, const TensorList& tensors) {
  std::vector<std::vector<Index>> shapes = array_shapes(tensors);
  shapes.resize(sizeof...(Arrays));
  std::size_t number = 0;
  std::apply([&](auto&... array) { (allocate(array, shapes[number++]), ...); }, store);
}

// std::out_of_range naming the first entry that is not finite.
void check_finite(const std::string& name, std::span<const float> values);
// std::out_of_range unless a list of parameters has as many entries as it should.
void check_count(const char* name, std::size_t count, Index expected);
// std::out_of_range unless array number `array` is what these tensors ask for. shape: {rows, columns} or {values}.
void check_array(const TensorList& tensors, std::size_t array, const std::vector<Index>& shape,
                 std::span<const float> values);

// std::out_of_range unless the arrays have the shapes that the tensors ask for, and finite values.
template <class Store>
void check_arrays(const TensorList& tensors, const Store& store) {
  std::size_t number = 0;
  each_array(store, [&](const auto& array) {
    const bool vector = std::remove_cvref_t<decltype(array)>::IsVectorAtCompileTime;
    const std::vector<Index> shape = vector ? std::vector{array.size()} : std::vector{array.rows(), array.cols()};
    check_array(tensors, number++, shape, {array.data(), std::size_t(array.size())});
  });
}

}  // namespace wakesleep
