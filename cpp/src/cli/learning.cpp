#include "cli/learning.h"

#include <cctype>

namespace wakesleep::cli {

std::vector<TrainingOptions> Learning::options_of_rbms(std::size_t rbms, const std::string& prefix,
                                                       std::uint64_t seed) {
  TrainingOptions preset;
  preset.seed = seed;
  preset.weights = weights_of_examples;
  if (known) preset.mask = &*known;
  std::vector<TrainingOptions> all;
  for (std::size_t l = 0; l < rbms; ++l) all.push_back(options_of(preset, l, rbms, prefix));
  note(all, prefix);
  if (!weights.empty()) notes["weights"] = weights;
  if (!mask.empty()) notes["mask"] = mask;
  return all;
}

void Learning::note(const std::string& option, const std::vector<std::string>& of_layers, const std::string& prefix) {
  const bool same =
      std::all_of(of_layers.begin(), of_layers.end(), [&](const auto& text) { return text == of_layers[0]; });
  std::string text = of_layers[0];
  for (std::size_t l = 1; l < of_layers.size() && !same; ++l) text += ',' + of_layers[l];
  std::string name = option == "seed" ? "trainingSeed" : option;
  if (!prefix.empty()) name = prefix + static_cast<char>(std::toupper(name[0])) + name.substr(1);
  if (!text.empty()) notes[name] = text;
}

}  // namespace wakesleep::cli
