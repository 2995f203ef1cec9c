#include <algorithm>
#include <cstdio>
#include <memory>
#include <optional>
#include <stdexcept>

#include "cli/commands.h"
#include "cli/model_input.h"
#include "cli/number_checks.h"
#include "cli/results.h"
#include "io/json.h"
#include "wakesleep/inference.h"
#include "wakesleep/sbn_exact.h"
#include "wakesleep/sbn_inference.h"
#include "wakesleep/variational_bound.h"

namespace wakesleep::cli {
namespace {

const std::vector<std::string> all_of_them = {"hidden", "free-energy", "log-likelihood", "bound"};

struct Transform {
  explicit Transform(CLI::App& command) : input(command) {
    out.add(command, "File to write, a row an example")->required();
    command
        .add_option("--of", what,
                    "A list of hidden (means of hidden units), free-energy (of an RBM, and of a DBM by mean-field "
                    "inference), log-likelihood (in nats, of an RBM and a small sigmoid belief net) and bound (a lower "
                    "one of the log-likelihood, of a DBN and a DBM)")
        ->delimiter(',')
        ->check(CLI::IsMember(all_of_them))
        ->capture_default_str();
    command.add_option("--layer", layer, "Whose hidden units: 1 is the lowest; unless given, the highest")
        ->check(whole_from(1));
    command.add_flag("--with-labels", with_labels,
                     "Free energies, likelihoods and bounds of examples with their labels, not summed over labels");
  }
};

}  // namespace
}  // namespace wakesleep::cli
