// The tensors of models in safetensors files: visitors of the lists in models/tensors.h, one that writes and one that
// reads.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "io/safetensors.h"
#include "models/tensors.h"

namespace wakesleep::io {

// Collects tensors, whose values must outlive it, and keeps what had to be converted. std::out_of_range for a value
// that is not finite, or beyond float16.
class TensorWriter {
 public:
  explicit TensorWriter(bool half) : half_(half) {}

  std::string prefix;  // of every name
  std::vector<Tensor> tensors;

  template <class Store>
  bool floats(TensorList list, const Store& store) {
    return add(list, arrays(store));
  }
  // In float32 whatever the others are in.
  template <class Store>
  void exact_floats(TensorList list, const Store& store) {
    const bool half = std::exchange(half_, false);
    add(list, arrays(store));
    half_ = half;
  }
  bool bits(TensorList list, const BitMatrix& store) { return add_bits(list[0], store); }
  bool bits(const TensorList& list, const std::vector<BitMatrix>& store);
  void together(const char*, bool, const char*, bool) {}

 private:
  bool add(TensorList& list, const std::vector<std::span<const float>>& values);
  bool add_bits(const NamedTensor& tensor, const BitMatrix& bits);
  void add(const NamedTensor& tensor, const float* values);

  bool half_;
  std::deque<std::vector<std::uint16_t>> halves_;
};

// Hands out the tensors of a file, each once. A fault of the file is an Error(format); memory is asked for only where
// every tensor of a list is known to be there in its full length.
class TensorReader {
 public:
  explicit TensorReader(const Safetensors& file);

  std::string prefix;

  bool has(const std::string& name) const { return left_.contains(prefix + name); }
  // Tensors that must be there.
  template <class Store>
  void parameters(TensorList list, Store& store) {
    read(find(list), list, store);
  }
  template <class Store>
  bool floats(TensorList list, Store&& store) {
    if (!has_any(list)) return false;
    read(find(list), list, store);
    return true;
  }
  bool bits(const TensorList& list, BitMatrix& store);
  bool bits(const TensorList& list, std::vector<BitMatrix>& store);
  void together(const char* a, bool has_a, const char* b, bool has_b) const;
  // Every tensor of the file has to have been asked for.
  void finish() const;

 private:
  bool has_any(const TensorList& list) const;
  const Tensor& take(const NamedTensor& tensor, const TensorList& list);
  // One for each of the list, whose shapes are completed where they leave the rows open.
  std::vector<const Tensor*> find(TensorList& list);
  template <class Store>
  void read(const std::vector<const Tensor*>& found, const TensorList& list, Store& store) {
    allocate(store, list);
    const auto values = mutable_arrays(store);
    for (std::size_t i = 0; i < list.size(); ++i)
      copy(*found[i], list[i], values[list[i].array].data() + list[i].first);
  }
  static void copy(const Tensor& from, const NamedTensor& tensor, float* to);
  static void copy(const Tensor& from, const NamedTensor& tensor, BitMatrix& to);

  std::map<std::string, const Tensor*> left_;
};

}  // namespace wakesleep::io
