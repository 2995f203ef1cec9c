#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>
#include <stdexcept>

#include "cli/kinds.h"
#include "cli/number_checks.h"
#include "cli/output_file.h"
#include "io/json.h"

namespace wakesleep::cli {
namespace {

// Images side by side in a grey PGM file (Netpbm), ten a row, with a margin of two.
std::vector<std::uint8_t> contact_sheet(const Matrix& images, Index side) {
  const Index across = std::min<Index>(10, images.rows()), down = (images.rows() + across - 1) / across,
              cell = side + 2;
  const Index width = across * cell + 2, height = down * cell + 2;
  const std::string header = "P5 " + std::to_string(width) + " " + std::to_string(height) + " 255\n";
  std::vector<std::uint8_t> file(header.begin(), header.end());
  std::vector<std::uint8_t> pixels(static_cast<std::size_t>(width * height), 64);
  for (Index i = 0; i < images.rows(); ++i)
    for (Index y = 0; y < side; ++y)
      for (Index x = 0; x < side; ++x)
        pixels[static_cast<std::size_t>((i / across * cell + 2 + y) * width + i % across * cell + 2 + x)] =
            static_cast<std::uint8_t>(std::lround(255 * std::clamp(images(i, y * side + x), 0.0f, 1.0f)));
  file.insert(file.end(), pixels.begin(), pixels.end());
  return file;
}

struct Sample {
  explicit Sample(CLI::App& command) {
    command.add_option("model", model, "Model file")->required();
    command.add_option("--chains", given.chains, "Samples to draw")->check(whole_from(1))->capture_default_str();
    command
        .add_option("--steps", given.steps,
                    "Gibbs steps from a random start; a directed net is sampled from its top down, without")
        ->check(whole_from(1))
        ->capture_default_str();
    command.add_option("--label", given.label, "Label to hold; free unless given")->check(whole_from(0));
    command.add_option("--temperature", given.temperature, "Temperature, above 0")
        ->check(finite_above(0))
        ->capture_default_str();
    command
        .add_option("--show", given.show,
                    "What to show of the last step: images (the means of the visible units; of a DBN those that come "
                    "straight down from the means below its top), means (given the states of the layer above), or "
                    "states, which are samples of p(v)")
        ->check(CLI::IsMember({"images", "means", "states"}))
        ->capture_default_str();
    command.add_option("--seed", given.seed, "Seed")->capture_default_str();
    command.add_option("--out", out, "Picture to write (PGM), ten samples a row")->required();
  }

  void run() const {
    try_output("--out", out);
    const Model opened = read_model(model);
    ProgressLine line;
    const Matrix images = kinds[opened.index()]->sample(opened, given, line);
    const auto side = static_cast<Index>(std::lround(std::sqrt(static_cast<double>(images.cols()))));
    if (side * side != images.cols())
      throw std::invalid_argument("a picture needs a square number of visible units, not " +
                                  std::to_string(images.cols()));
    write_file(out, contact_sheet(images, side));
    line.finish(io::printable(out) + ": " + std::to_string(given.chains) + " samples");
  }

  std::string model, out;
  Sampling given;
};

}  // namespace

std::function<void()> add_sample(CLI::App& app) {
  const auto sample = std::make_shared<Sample>(*app.add_subcommand("sample", "Draw from a model"));
  return [sample] { sample->run(); };
}

}  // namespace wakesleep::cli
