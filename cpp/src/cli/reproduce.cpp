#include "cli/reproductions.h"

#include <memory>

#include "cli/commands.h"
#include "cli/number_checks.h"

namespace wakesleep::cli {
namespace {

constexpr const Reproduction* reproductions[] = {&sbn_contrastive_divergence, &infinite_net, &centered_mnist};

struct Reproduce {
  explicit Reproduce(CLI::App& app) {
    command = app.add_subcommand("reproduce", "Published and taught results, shown again");
    command->require_subcommand(1);
    for (const Reproduction* one : reproductions) {
      CLI::App* own = command->add_subcommand(one->name, one->shows);
      own->add_option("--seeds", options.seeds, "How many seeds the figures are the mean of; 0: the reproduction's own")
          ->check(whole_from(0))
          ->capture_default_str();
      own->add_option("--epochs", options.epochs, "Epochs of training; 0: the reproduction's own")
          ->check(whole_from(0))
          ->capture_default_str();
    }
  }
  void run() const {
    for (const Reproduction* one : reproductions)
      if (command->got_subcommand(one->name)) one->run(options);
  }

  CLI::App* command;
  ReproductionOptions options;
};

}  // namespace

std::function<void()> add_reproduce(CLI::App& app) {
  const auto reproduce = std::make_shared<Reproduce>(app);
  return [reproduce] { reproduce->run(); };
}

}  // namespace wakesleep::cli
