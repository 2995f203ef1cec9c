// Model files with something in them changed, and what a damaged one is refused with.
#pragma once

#include <doctest/doctest.h>

#include <cstdint>
#include <cstring>
#include <functional>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "io/safetensors.h"
#include "wakesleep/errors.h"
#include "wakesleep/model_file.h"

namespace wakesleep::test {

using Bytes = std::vector<std::uint8_t>;
using Json = nlohmann::json;

// Where a file has its description.
inline constexpr const char* key = "wakesleep";

// The file with another description.
inline Bytes described(const Bytes& bytes, const std::function<void(Json&)>& change) {
  io::Safetensors file = io::parse_safetensors(bytes);
  Json description = Json::parse(file.metadata.at(key));
  change(description);
  file.metadata[key] = description.dump();
  return io::write_safetensors(file);
}

// The file with other tensors.
inline Bytes with_tensors(const Bytes& bytes, const std::function<void(std::vector<io::Tensor>&)>& change) {
  io::Safetensors file = io::parse_safetensors(bytes);
  change(file.tensors);
  return io::write_safetensors(file);
}

inline Bytes without_tensor(const Bytes& bytes, const std::string& name) {
  return with_tensors(bytes, [&](auto& tensors) {
    std::erase_if(tensors, [&](const io::Tensor& tensor) { return tensor.name == name; });
  });
}

inline io::Tensor& find(std::vector<io::Tensor>& tensors, const std::string& name) {
  for (io::Tensor& tensor : tensors)
    if (tensor.name == name) return tensor;
  throw std::logic_error("the test's tensor " + name + " is not there");
}

// The file with another first value in one of its tensors of floats.
inline Bytes with_value(const Bytes& bytes, const std::string& name, float value) {
  Bytes changed;
  return with_tensors(bytes, [&](auto& tensors) {
    io::Tensor& tensor = find(tensors, name);
    changed.assign(tensor.bytes.begin(), tensor.bytes.end());
    std::memcpy(changed.data(), &value, sizeof value);
    tensor.bytes = changed;
  });
}

inline void check_refused(const Bytes& bytes, std::initializer_list<std::string> parts) {
  std::string message;
  try {
    open_model(bytes);
  } catch (const Error& error) {
    message = error.what();
    CHECK(error.code() == ErrorCode::format);
  }
  CHECK_MESSAGE(message.starts_with("model file: "), message);
  for (const std::string& part : parts)
    CHECK_MESSAGE(message.find(part) != message.npos, part, " is missing in: ", message);
}

// What training cannot leave behind: a step past 2^24 counts as divergence, and means of bits are between 0 and 1.
inline void check_out_of_range(const Bytes& bytes, const std::string& name, float value) {
  CAPTURE(value);
  check_refused(with_value(bytes, name, value), {name, "training cannot make"});
}

}  // namespace wakesleep::test
