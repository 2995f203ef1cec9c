#include <cstdio>
#include <memory>
#include <stdexcept>

#include "cli/commands.h"
#include "cli/number_checks.h"
#include "cli/reproductions.h"

namespace wakesleep::cli {
namespace {

constexpr const Reproduction* reproductions[] = {&sbn_contrastive_divergence,
                                                 &infinite_net,
                                                 &centered_mnist,
                                                 &bars_and_stripes_by_pcd,
                                                 &greedy_dbn,
                                                 &up_down_dbn,
                                                 &figure_8,
                                                 &backprop,
                                                 &digits_rbm,
                                                 &peers,
                                                 &gp};

struct Reproduce {
  explicit Reproduce(CLI::App& app) {
    command = app.add_subcommand("reproduce", "Published and taught results, shown again");
    CLI::Option* listed =
        command->add_flag("--list", list, "What there is, how long it takes, what was published, and the commands");
    CLI::Option* checked =
        command
            ->add_option("--check", check,
                         "Evaluates the models beside this file again and compares its figures: models/results.json")
            ->check(not_empty())
            ->excludes(listed);
    command->require_subcommand(0, 1);
    show_examples(*command, {"wakesleep reproduce --list", "wakesleep reproduce infinite-net --seeds 1"});
    for (const Reproduction* one : reproductions) {
      CLI::App* own = command->add_subcommand(one->name, one->shows);
      own->excludes(listed);
      own->excludes(checked);
      if (one->run) {
        own->add_option("--seeds", options.seeds,
                        "How many seeds the figures are the mean of; 0: the reproduction's own")
            ->check(whole_from(0))
            ->capture_default_str();
        own->add_option("--epochs", options.epochs, "Epochs of training; 0: the reproduction's own")
            ->check(whole_from(0))
            ->capture_default_str();
      } else {
        own->add_option(
               "--work", folder,
               std::string("Folder for the stages' files, from which an interrupted run goes on; unless given, "
                           "here in ") +
                   (one->folder ? one->folder : one->name))
            ->check(not_empty());
        own->add_option("--seed", seed, "Seed of every training")->capture_default_str();
      }
    }
  }

  void run() const {
    if (list) return tell();
    if (!check.empty()) return check_results(check);
    for (const Reproduction* one : reproductions) {
      if (!command->got_subcommand(one->name)) continue;
      if (one->run) return one->run(options);
      return run_stages(*one, !folder.empty() ? folder : one->folder ? one->folder : one->name, seed);
    }
    throw std::invalid_argument("which result? reproduce --list tells what there is");
  }

  static void tell() {
    for (const Reproduction* one : reproductions) {
      std::printf("%s (%s)\n  %s\n", one->name, one->takes, one->shows);
      if (one->published) std::printf("  Published: %s\n", one->published);
      for (const Stage& stage : one->stages) std::printf("    %s\n", command_of(stage).c_str());
    }
  }

  CLI::App* command;
  ReproductionOptions options;
  bool list = false;
  std::string folder, check;
  std::uint64_t seed = 1;
};

}  // namespace

std::function<void()> add_reproduce(CLI::App& app) {
  const auto reproduce = std::make_shared<Reproduce>(app);
  return [reproduce] { reproduce->run(); };
}

}  // namespace wakesleep::cli
