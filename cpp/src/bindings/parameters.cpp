#include "bindings/parameters.h"

#include <algorithm>
#include <stdexcept>

namespace wakesleep::bindings {
namespace {

// A list has its name without the number of an entry.
std::string key_of(const NamedTensor& tensor) { return tensor.layer < 0 ? argument_name(tensor) : tensor.name; }

std::size_t entries_of(const NamedTensor& of, const TensorList& tensors) {
  return static_cast<std::size_t>(
      std::count_if(tensors.begin(), tensors.end(), [&](const NamedTensor& tensor) { return tensor.name == of.name; }));
}

// In the order of the model's arrays, which is that of the names in an object: a list's entries side by side, W first.
TensorList by_name(TensorList tensors) {
  std::stable_sort(tensors.begin(), tensors.end(),
                   [](const NamedTensor& a, const NamedTensor& b) { return a.array < b.array; });
  return tensors;
}

[[noreturn]] void refuse_type(const std::string& name, const std::string& wanted, const val& value) {
  throw std::invalid_argument(name + " must be " + wanted + ", not " + described(value));
}

}  // namespace

val named_tensors(const TensorList& tensors, const std::vector<std::span<const float>>& arrays) {
  val out = val::object();
  for (const NamedTensor& tensor : by_name(tensors)) {
    val named = val::object(), shape = val::array();
    for (const Index length : tensor.shape) shape.call<void>("push", static_cast<double>(length));
    const auto size = static_cast<std::size_t>(tensor.size());
    named.set("data",
              array_of("Float32Array", arrays[tensor.array].data() + static_cast<std::size_t>(tensor.first), size));
    named.set("shape", shape);
    const std::string key = key_of(tensor);
    if (tensor.layer < 0) {
      out.set(key, named);
    } else {
      if (tensor.layer == 0) out.set(key, val::array());
      out[key].call<void>("push", named);
    }
  }
  return out;
}

TensorList tensors_given(const TensorList& possible, const val& given) {
  TensorList tensors = by_name(possible);
  if (given.isNull() || given.typeOf().as<std::string>() != "object") refuse_type("parameters", "an object", given);
  std::vector<std::string> keys;
  for (const NamedTensor& tensor : tensors)
    if (std::find(keys.begin(), keys.end(), key_of(tensor)) == keys.end()) keys.push_back(key_of(tensor));
  for (const val& key : emscripten::vecFromJSArray<val>(val::global("Object").call<val>("keys", given))) {
    const auto name = key.as<std::string>();
    if (given[name].isUndefined() || std::find(keys.begin(), keys.end(), name) != keys.end()) continue;
    std::string known;
    for (const std::string& one : keys) known += (known.empty() ? "" : ", ") + one;
    throw std::invalid_argument("parameters have no entry '" + name + "' in this model; it has " + known);
  }
  const bool all = std::any_of(tensors.begin(), tensors.end(), [&](const NamedTensor& tensor) {
    return tensor.may_stay && !given[key_of(tensor)].isUndefined();
  });
  if (!all) std::erase_if(tensors, [](const NamedTensor& tensor) { return tensor.may_stay; });
  for (const NamedTensor& tensor : tensors) {
    if (tensor.layer < 0) continue;
    const val list = given[tensor.name];
    const std::size_t entries = entries_of(tensor, tensors);
    if (!list.isArray())
      refuse_type(tensor.name, "an array of " + std::to_string(entries) + " Float32Arrays, lowest layer first", list);
    if (length_of(list) != entries)
      throw std::out_of_range(tensor.name + " must have " + std::to_string(entries) +
                              " entries, lowest layer first, not " + std::to_string(length_of(list)));
  }
  return tensors;
}

void read_tensor(const NamedTensor& tensor, const val& given, std::span<float> to) {
  const val value = tensor.layer < 0 ? given[key_of(tensor)] : given[tensor.name][static_cast<unsigned>(tensor.layer)];
  const auto size = static_cast<std::size_t>(tensor.size());
  const std::string name = argument_name(tensor), shape = shape_text(tensor.shape),
                    meaning = tensor.shape.size() == 1 ? "" : ", " + shape;
  // Arrays of another page or worker are not instances of this one's Float32Array.
  const auto type = val::global("Object")["prototype"]["toString"].call<std::string>("call", value);
  if (type != "[object Float32Array]") refuse_type(name, "a Float32Array of " + std::to_string(size) + meaning, value);
  if (length_of(value) != size)
    throw std::out_of_range(name + " must have " + std::to_string(size) + " entries" + meaning + ", not " +
                            std::to_string(length_of(value)));
  copy_into(to.data(), size, value);
}

}  // namespace wakesleep::bindings
