#include "cli/commands.h"
#include "cli/input_file.h"
#include "io/safetensors.h"

namespace wakesleep::cli {

std::vector<std::uint8_t> read_model_file(const std::string& path) {
  InputFile file(path);
  std::vector<std::uint8_t> bytes;
  naming(path, [&] {
    file.read(bytes, io::safetensors_length_bytes);
    file.read(bytes, io::safetensors_header_bytes(bytes));
    if (const auto length = file.length()) io::check_safetensors(bytes, *length);
  });
  file.read_rest(bytes);
  return bytes;
}

Model read_model(const std::string& path) { return open_model(path, read_model_file(path)); }

Model open_model(const std::string& path, const std::vector<std::uint8_t>& bytes) {
  return naming(path, [&] { return wakesleep::open_model(bytes); });
}

}  // namespace wakesleep::cli
