#include <cstdio>
#include <memory>

#include "cli/commands.h"
#include "io/json.h"
#include "wakesleep/fingerprint.h"

namespace wakesleep::cli {
std::function<void()> add_info(CLI::App& app) {
  CLI::App* command = app.add_subcommand("info", "What a model file holds");
  const auto path = std::make_shared<std::string>();
  command->add_option("model", *path, "Model file")->required();
  return [path] {
    const std::vector<std::uint8_t> bytes = read_model_file(*path);
    const Model model = open_model(*path, bytes);
    std::string layers;
    for (const Index units : layers_of(model)) layers += (layers.empty() ? "" : "-") + std::to_string(units);
    std::printf("kind: %s\nlayers: %s\nlabels: %ld\nbytes: %zu\nfingerprint: %s\n", kind_of(model).c_str(),
                layers.c_str(), static_cast<long>(labels_of(model)), bytes.size(), fingerprint(model).c_str());
    for (const auto& [name, value] : model_notes(bytes))
      std::printf("%s: %s\n", io::printable(name).c_str(), io::printable(value).c_str());
  };
}

}  // namespace wakesleep::cli
