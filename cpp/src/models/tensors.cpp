#include "models/tensors.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace wakesleep {

std::uint64_t NamedTensor::size() const {
  std::uint64_t size = 1;
  for (const Index length : shape) size *= static_cast<std::uint64_t>(length);
  return size;
}

std::string file_name(const NamedTensor& tensor) {
  return tensor.layer < 0 ? tensor.name : "layers." + std::to_string(tensor.layer) + "." + tensor.name;
}

std::string argument_name(const NamedTensor& tensor) {
  std::string name = tensor.name;
  if (const auto word = name.find('_'); word != std::string::npos)
    name = name.substr(0, word) + static_cast<char>(name[word + 1] - 'a' + 'A') + name.substr(word + 2);
  return tensor.layer < 0 ? name : name + "[" + std::to_string(tensor.layer) + "]";
}

std::string shape_text(const std::vector<Index>& shape) {
  std::string text = std::to_string(shape[0]);
  for (std::size_t side = 1; side < shape.size(); ++side) text += " x " + std::to_string(shape[side]);
  return text;
}

TensorList with_prefix(const std::string& prefix, TensorList tensors) {
  for (NamedTensor& tensor : tensors) {
    tensor.name = prefix + file_name(tensor);
    tensor.layer = -1;
  }
  return tensors;
}

TensorList within(float least, float most, TensorList tensors) {
  for (NamedTensor& tensor : tensors) tensor.least = least, tensor.most = most;
  return tensors;
}

std::vector<std::vector<Index>> array_shapes(const TensorList& tensors) {
  std::vector<std::vector<Index>> shapes;
  for (const NamedTensor& tensor : tensors) {
    shapes.resize(std::max(shapes.size(), tensor.array + 1));
    std::vector<Index>& shape = shapes[tensor.array];
    if (shape.empty()) {
      shape = tensor.shape;
    } else {
      shape[0] += tensor.shape[0];
    }
  }
  return shapes;
}

void allocate(Matrix& store, const std::vector<Index>& shape) {
  shape.empty() ? store.resize(0, 0) : store.resize(shape[0], shape[1]);
}

void allocate(Vector& store, const std::vector<Index>& shape) {
  store.resize(shape.empty() ? 0 : shape.size() == 1 ? shape[0] : shape[0] * shape[1]);
}

void allocate(Vector& store, const TensorList& tensors) { allocate(store, array_shapes(tensors)[0]); }

namespace {

template <class Array>
void allocate_list(std::vector<Array>& store, const TensorList& tensors) {
  store.clear();
  for (const std::vector<Index>& shape : array_shapes(tensors)) allocate(store.emplace_back(), shape);
}

}  // namespace

void allocate(std::vector<Vector>& store, const TensorList& tensors) { allocate_list(store, tensors); }
void allocate(std::vector<Matrix>& store, const TensorList& tensors) { allocate_list(store, tensors); }

void allocate(LayerStates& store, const TensorList& tensors) {
  store.resize(false, tensors[0].shape[0], tensors[0].shape[1]);
}

void check_finite(const std::string& name, std::span<const float> values) {
  for (std::size_t i = 0; i < values.size(); ++i)
    if (!std::isfinite(values[i]))
      throw std::out_of_range(name + " must be finite: entry " + std::to_string(i) + " is " +
                              (std::isnan(values[i]) ? "NaN" : "infinite"));
}

void check_count(const char* name, std::size_t count, Index expected) {
  if (count != static_cast<std::size_t>(expected))
    throw std::out_of_range(std::string(name) + " must have " + std::to_string(expected) + " entries, not " +
                            std::to_string(count));
}

void check_array(const TensorList& tensors, std::size_t array, const std::vector<Index>& shape,
                 std::span<const float> values) {
  const auto is_in = [&](const NamedTensor& tensor) { return tensor.array == array; };
  const std::string name = argument_name(*std::find_if(tensors.begin(), tensors.end(), is_in));
  const std::vector<Index> expected = array_shapes(tensors)[array];
  if (shape != expected)
    throw std::out_of_range(name + (expected.size() == 1 ? " must have " : " must be ") + shape_text(expected) +
                            (expected.size() == 1 ? " entries" : "") + ", not " + shape_text(shape));
  check_finite(name, values);
}

}  // namespace wakesleep
