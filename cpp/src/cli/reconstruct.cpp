#include <algorithm>
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <vector>

#include "cli/commands.h"
#include "cli/model_input.h"
#include "cli/needs.h"
#include "cli/number_checks.h"
#include "cli/results.h"
#include "io/json.h"
#include "wakesleep/chains.h"
#include "wakesleep/network_inference.h"

namespace wakesleep::cli {
namespace {

struct Reconstruct {
  explicit Reconstruct(CLI::App& command) : input(command) {
    out.add(command, "File for the means of the visible units, a row an example")->required();
    chain_flags = {
        command
            .add_option("--steps", options.steps,
                        "Gibbs steps from each example; 0, of a DBN and a DBM: inferred means come straight down")
            ->check(whole_from(0))
            ->capture_default_str(),
        command.add_option("--temperature", options.temperature, "Temperature, above 0")
            ->check(finite_above(0))
            ->capture_default_str(),
        command.add_option("--seed", options.seed, "Seed")->capture_default_str()};
    show_examples(command,
                  {"wakesleep reconstruct digits.rbm --rows 50 --out reconstructions.png",
                   "wakesleep reconstruct own.dbn --images digits.csv --scale 1/255 --steps 0 --out back.npy"});
  }

  void run() const {
    for (const CLI::Option* flag : chain_flags)
      if (flag->get_name() != "--steps") refuse_without(flag, options.steps > 0, "--steps of 1 or more");
    const ModelAndData read = input.read();
    out.check(1, layers_of(read.model).front());
    std::visit(
        [&](const auto& m) {
          const auto write = [&](RowMap rows) {
            to_the_end(rows, "reconstruct");
            out.write({{"reconstruction", rows.results().front()}});
          };
          if constexpr (requires { reconstructions(m, read.data.examples, options); }) {
            write(reconstructions(m, read.data.examples, options));
          } else if constexpr (requires { reconstructions(m, read.data.examples); }) {
            if (of_chains())
              throw std::invalid_argument("--steps, --temperature and --seed are for models with Markov chains");
            write(reconstructions(m, read.data.examples));
          } else {
            throw std::invalid_argument("this kind of model has no chains that start at examples");
          }
        },
        read.model);
    std::fprintf(stderr, "%s: %ld of %s\n", io::printable(out.path()).c_str(),
                 static_cast<long>(read.data.examples.count()), io::printable(read.data.description).c_str());
  }

  bool of_chains() const {
    return std::any_of(chain_flags.begin(), chain_flags.end(), [](const CLI::Option* one) { return one->count() > 0; });
  }

  ModelInput input;
  ResultFile out{"--out", true};
  ReconstructionOptions options;
  std::vector<const CLI::Option*> chain_flags;
};

}  // namespace

std::function<void()> add_reconstruct(CLI::App& app) {
  const auto reconstruct = std::make_shared<Reconstruct>(
      *app.add_subcommand("reconstruct", "What chains that start at examples, or an autoencoder, make of them"));
  return [reconstruct] { reconstruct->run(); };
}

}  // namespace wakesleep::cli
