#include <cstdio>
#include <span>

#include "cli/commands.h"
#include "data/input_file.h"
#include "io/safetensors.h"

namespace wakesleep::cli {
namespace {

// Error(format) unless these are a model file's first bytes, which are the header's length and "{".
void check_beginning(const std::vector<std::uint8_t>& start) {
  constexpr std::size_t most = io::safetensors_length_bytes + 1;
  if (start.size() == most && start.back() == '{') return;
  std::string bytes;
  for (const std::uint8_t byte : start) {
    char text[8];
    std::snprintf(text, sizeof text, " %02x", byte);
    bytes += text;
  }
  throw Error(ErrorCode::format,
              "this is no model file" + (start.empty() ? ": it is empty" : "; its first bytes are" + bytes));
}

}  // namespace

std::vector<std::uint8_t> read_model_file(const std::string& path) {
  InputFile file(path);
  std::vector<std::uint8_t> bytes;
  naming(file.path(), [&] {
    file.read(bytes, io::safetensors_length_bytes + 1);
    check_beginning(bytes);
    const std::size_t header = io::safetensors_header_bytes(std::span(bytes).first(io::safetensors_length_bytes));
    if (header > 1) file.read(bytes, header - 1);
    const auto length = file.length();
    if (length) io::check_safetensors(bytes, *length);
    file.read_rest(bytes, length ? *length : io::safetensors_file_bytes(bytes));
  });
  return bytes;
}

Model read_model(const std::string& path) { return open_model(path, read_model_file(path)); }

Model open_model(const std::string& path, const std::vector<std::uint8_t>& bytes) {
  return naming(path, [&] { return wakesleep::open_model(bytes); });
}

}  // namespace wakesleep::cli
