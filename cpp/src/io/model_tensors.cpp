#include "io/model_tensors.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <stdexcept>

#include "io/half.h"
#include "io/json.h"
#include "io/model_description.h"
#include "options/value.h"

namespace wakesleep::io {
namespace {

std::vector<std::uint64_t> shape_in_file(const NamedTensor& tensor) {
  return {tensor.shape.begin(), tensor.shape.end()};
}
std::uint64_t words_a_row(Index units) { return static_cast<std::uint64_t>((units + 63) / 64); }

}  // namespace

bool TensorWriter::add(TensorList& list, const std::vector<std::span<const float>>& values) {
  for (NamedTensor& tensor : list) {
    const std::uint64_t there = tensor.array < values.size() ? values[tensor.array].size() : 0;
    if (there == 0) return false;
    if (tensor.shape[0] == any_rows) tensor.shape[0] = static_cast<Index>(there) / tensor.shape[1];
  }
  for (const NamedTensor& tensor : list) add(tensor, values[tensor.array].data() + tensor.first);
  return true;
}

void TensorWriter::add(const NamedTensor& tensor, const float* values) {
  const std::string name = prefix + file_name(tensor);
  const auto count = static_cast<std::size_t>(tensor.size());
  if (!std::all_of(values, values + count, [](float value) { return std::isfinite(value); }))
    throw std::out_of_range(name + " holds a value that is not finite");
  const auto add_as = [&](Dtype dtype, const auto* first) {
    tensors.push_back(
        {name, dtype, shape_in_file(tensor), {reinterpret_cast<const std::uint8_t*>(first), count * sizeof *first}});
  };
  if (!half_) return add_as(Dtype::f32, values);
  std::vector<std::uint16_t>& halves = halves_.emplace_back(count);
  try {
    std::transform(values, values + count, halves.begin(), half_from_float);
  } catch (const std::out_of_range&) {
    throw std::out_of_range(name + " holds a value beyond float16's range of -65504 to 65504: save it as float32");
  }
  add_as(Dtype::f16, halves.data());
}

bool TensorWriter::bits(const TensorList& list, const std::vector<BitMatrix>& store) {
  for (const NamedTensor& tensor : list)
    if (tensor.array < store.size()) add_bits(tensor, store[tensor.array]);
  return !store.empty();
}

bool TensorWriter::add_bits(const NamedTensor& tensor, const BitMatrix& bits) {
  if (bits.rows() == 0) return false;
  const auto rows = static_cast<std::uint64_t>(bits.rows()), words = static_cast<std::uint64_t>(bits.words_per_row());
  tensors.push_back({prefix + file_name(tensor),
                     Dtype::u64,
                     {rows, words},
                     {reinterpret_cast<const std::uint8_t*>(bits.row(0)),
                      static_cast<std::size_t>(rows * words) * sizeof(std::uint64_t)}});
  return true;
}

TensorReader::TensorReader(const Safetensors& file) {
  for (const Tensor& tensor : file.tensors) left_.emplace(tensor.name, &tensor);
}

bool TensorReader::has_any(const TensorList& list) const {
  return std::any_of(list.begin(), list.end(), [&](const NamedTensor& tensor) { return has(file_name(tensor)); });
}

const Tensor& TensorReader::take(const NamedTensor& tensor, const TensorList& list) {
  const std::string name = prefix + file_name(tensor);
  const auto found = left_.find(name);
  if (found == left_.end()) {
    const NamedTensor& other = list[&tensor == &list.front() ? list.size() - 1 : 0];
    refuse_model_file("tensor " + in_quotes(name) + " is missing" +
                      (list.size() == 1
                           ? ""
                           : ": it and " + in_quotes(prefix + file_name(other)) + " are there together or not at all"));
  }
  const Tensor& taken = *found->second;
  left_.erase(found);
  return taken;
}

std::vector<const Tensor*> TensorReader::find(TensorList& list) {
  std::vector<const Tensor*> found;
  for (NamedTensor& tensor : list) {
    const Tensor& taken = *found.emplace_back(&take(tensor, list));
    const std::string name = "tensor " + in_quotes(taken.name);
    if (tensor.shape[0] == any_rows && taken.shape.size() == tensor.shape.size() && taken.shape[0] > 0)
      tensor.shape[0] = static_cast<Index>(taken.shape[0]);
    if (taken.shape != shape_in_file(tensor))
      refuse_model_file(name + " has shape " + io::shape_text(taken.shape) + ", but layers and labels ask for " +
                        (tensor.shape[0] == any_rows ? "rows of " + std::to_string(tensor.shape[1]) + " values"
                                                     : io::shape_text(shape_in_file(tensor))));
    if (taken.dtype != Dtype::f32 && taken.dtype != Dtype::f16)
      refuse_model_file(name + " is " + name_of(taken.dtype) + ", but its values are F32 or F16");
  }
  return found;
}

void TensorReader::copy(const Tensor& from, const NamedTensor& tensor, float* to) {
  const std::uint8_t* bytes = from.bytes.data();
  const std::size_t count = from.bytes.size() / static_cast<std::size_t>(size_of(from.dtype));
  if (from.dtype == Dtype::f32) {
    if (count > 0) std::memcpy(to, bytes, count * sizeof(float));
  } else {
    for (std::size_t i = 0; i < count; ++i) {
      std::uint16_t half;
      std::memcpy(&half, bytes + 2 * i, sizeof half);
      to[i] = float_from_half(half);
    }
  }
  const std::string name = "tensor " + in_quotes(from.name);
  for (std::size_t i = 0; i < count; ++i) {
    if (!std::isfinite(to[i])) refuse_model_file(name + " holds a value that is not finite");
    if (to[i] < tensor.least || to[i] > tensor.most)
      refuse_model_file(name + " holds " + options::text_of(static_cast<double>(to[i])) +
                        ", which training cannot make: its values are " +
                        options::text_of(static_cast<double>(tensor.least)) + " to " +
                        options::text_of(static_cast<double>(tensor.most)));
  }
}

void TensorReader::copy(const Tensor& from, const NamedTensor& tensor, BitMatrix& to) {
  const std::string name = "tensor " + in_quotes(from.name);
  const Index units = tensor.shape[1];
  const std::uint64_t words = words_a_row(units);
  if (from.dtype != Dtype::u64 || from.shape.size() != 2 || from.shape[0] == 0 || from.shape[1] != words)
    refuse_model_file(name + " is " + io::shape_text(from.shape) + " of " + name_of(from.dtype) +
                      ", but chains are rows of " + std::to_string(words) + " words of U64");
  to.resize(static_cast<Index>(from.shape[0]), units);
  std::memcpy(to.row(0), from.bytes.data(), from.bytes.size());
  for (Index r = 0; r < to.rows(); ++r) {
    if (units % 64 != 0 && to.row(r)[words - 1] >> (units % 64))
      refuse_model_file(name + " has bits past its last unit");
    if (!tensor.one_on) continue;
    int on = 0;
    for (std::uint64_t w = 0; w < words; ++w) on += std::popcount(to.row(r)[w]);
    if (on != 1) refuse_model_file(name + " has " + std::to_string(on) + " labels on in row " + std::to_string(r));
  }
}

bool TensorReader::bits(const TensorList& list, BitMatrix& store) {
  if (!has_any(list)) return false;
  copy(take(list[0], list), list[0], store);
  return true;
}

bool TensorReader::bits(const TensorList& list, std::vector<BitMatrix>& store) {
  if (!has_any(list)) return false;
  store.resize(list.back().array + 1);
  const BitMatrix& first = store[list[0].array];
  for (const NamedTensor& tensor : list) {
    const Tensor& taken = take(tensor, list);
    BitMatrix& bits = store[tensor.array];
    copy(taken, tensor, bits);
    if (bits.rows() != first.rows())
      refuse_model_file("tensor " + in_quotes(taken.name) + " has " + std::to_string(bits.rows()) + " rows, and " +
                        in_quotes(prefix + file_name(list[0])) + " " + std::to_string(first.rows()));
  }
  return true;
}

void TensorReader::together(const char* a, bool has_a, const char* b, bool has_b) const {
  if (has_a != has_b) refuse_model_file(prefix + a + " and " + prefix + b + " are there together or not at all");
}

void TensorReader::finish() const {
  if (!left_.empty())
    refuse_model_file("tensor " + in_quotes(left_.begin()->first) + " does not belong to this kind of model");
}

}  // namespace wakesleep::io
