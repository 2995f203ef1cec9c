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

Index labels_of(const Model& model) {
  return std::visit(
      [](const auto& m) -> Index {
        if constexpr (requires { m.labels(); }) return m.labels();
        return 0;
      },
      model);
}

Units visible_units_of(const Model& model) {
  return std::visit(
      [](const auto& m) -> Units {
        if constexpr (requires { m.shape(); }) return m.shape().visible_units;
        if constexpr (requires { m.rbm(0); }) return m.rbm(0).shape().visible_units;
        return {};
      },
      model);
}

Index visible_of(const Model& model) {
  return std::visit([](const auto& m) { return m.visible(); }, model);
}

}  // namespace wakesleep::cli
