#include <cstdio>
#include <memory>
#include <stdexcept>

#include "cli/commands.h"
#include "cli/number_checks.h"
#include "cli/output_file.h"
#include "io/json.h"
#include "wakesleep/fingerprint.h"

namespace wakesleep::cli {
namespace {

struct Unroll {
  explicit Unroll(CLI::App& command) {
    command.add_option("model", path, "Model file of a DBN")->required();
    command
        .add_option("--to", to,
                    "classifier: its layers and a softmax of --classes units on them, or of its label units; "
                    "autoencoder: its layers up to the code at its top, and down again by the same weights")
        ->check(CLI::IsMember({"classifier", "autoencoder"}))
        ->required();
    command.add_option("--classes", classes, "Outputs of a classifier; unless given, the DBN's label units")
        ->check(whole_from(2));
    command.add_option("--seed", seed, "Seed of weights that are random, and of the net")->capture_default_str();
    command.add_option("--out", out, "Model file to write, of a feed-forward net")->required()->check(not_empty());
    show_examples(command, {"wakesleep unroll own.dbn --to classifier --out classifier.net",
                            "wakesleep unroll own.dbn --to autoencoder --out autoencoder.net"});
  }

  void run() const {
    try_output("--out", out);
    const std::vector<std::uint8_t> bytes = read_model_file(path);
    const Model model = open_model(path, bytes);
    const Dbn* dbn = std::get_if<Dbn>(&model);
    if (!dbn) throw std::invalid_argument(path + " is no DBN but of kind " + kind_of(model));
    const bool classifies = to == "classifier";
    if (!classifies && classes) throw std::invalid_argument("--classes is for --to classifier");
    const Network net = classifies ? classifier(*dbn, classes, seed) : autoencoder(*dbn, seed);
    write_file(out, save_model(net, {.half = false, .resumable = false, .notes = {{"unrolled", fingerprint(model)}}}));
    std::printf("%s: fingerprint %s\n", io::printable(out).c_str(), fingerprint(net).c_str());
  }

  std::string path, to, out;
  Index classes = 0;
  std::uint64_t seed = 1;
};

}  // namespace

std::function<void()> add_unroll(CLI::App& app) {
  const auto unroll =
      std::make_shared<Unroll>(*app.add_subcommand("unroll", "A feed-forward net from a DBN, for train --from"));
  return [unroll] { unroll->run(); };
}

}  // namespace wakesleep::cli
