#include <algorithm>
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <type_traits>

#include "cli/commands.h"
#include "cli/data_options.h"
#include "cli/model_input.h"
#include "cli/number_checks.h"
#include "cli/output_file.h"
#include "io/json.h"
#include "io/model_description.h"
#include "wakesleep/calibration.h"

namespace wakesleep::cli {
namespace {

struct Calibrate {
  explicit Calibrate(CLI::App& command) {
    command.add_option("model", path, "Model file of an RBM or a DBN with labels")->required();
    data.add(command);
    command
        .add_option("--refused", options.refused,
                    "Share of the training images that is to count as not familiar, above 0, at most 0.5")
        ->capture_default_str();
    command.add_option("--seed", options.seed, "Seed of the strange images that are made of them")
        ->capture_default_str();
    command.add_option("--out", out, "Model file to write: as the one that was read, and calibrated")
        ->required()
        ->check(not_empty());
    show_examples(command, {"wakesleep calibrate own.dbn --images digits.csv --scale 1/255 --out calibrated.dbn"});
  }

  void run() {
    const std::vector<std::uint8_t> bytes = read_model_file(path);
    Model model = open_model(path, bytes);
    const auto notes = model_notes(bytes);
    const auto record = notes.find(data_note);
    try_output("--out", out);
    std::visit(
        [&](auto& m) {
          if constexpr (requires { Calibration(m, ExampleRows(Matrix())); }) {
            check_familiarity(m);
            const DataOptions of = data.with_record(record == notes.end() ? "" : record->second);
            const Data read = read_data(of, Part::training);
            check_fits(read, units_of(m).front());
            Calibration calibration(m, read.examples, options);
            to_the_end(calibration, "calibrated");
            std::printf("%s: %td of %td training images count as not familiar\n", io::printable(out).c_str(),
                        calibration.refused(), calibration.count());
          } else {
            throw std::invalid_argument("how familiar an image is can be told by an RBM or a DBN, and " + path +
                                        " is of kind " + kind_of(m));
          }
        },
        model);
    const io::Safetensors was = io::parse_safetensors(bytes);
    const bool half = std::any_of(was.tensors.begin(), was.tensors.end(),
                                  [](const io::Tensor& tensor) { return tensor.dtype == io::Dtype::f16; });
    write_file(out, save_model(model, {half, io::read_description(was).resumable, notes}));
  }

  std::string path, out;
  DataFlags data;
  CalibrationOptions options;
};

}  // namespace

std::function<void()> add_calibrate(CLI::App& app) {
  const auto calibrate = std::make_shared<Calibrate>(
      *app.add_subcommand("calibrate", "What a model with labels needs to tell images unlike its training images"));
  return [calibrate] { calibrate->run(); };
}

}  // namespace wakesleep::cli
