#include <algorithm>
#include <cstdio>
#include <exception>
#include <new>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "cli/gp.h"
#include "cli/kinds.h"
#include "cli/nearest.h"
#include "cli/number_checks.h"
#include "cli/output_file.h"
#include "io/json.h"
#include "wakesleep/kernels.h"
#include "wakesleep/threads.h"

namespace wakesleep::cli {
namespace {

// The command that was chosen last: of reproduce, the result.
const CLI::App& chosen(const CLI::App& app) {
  const auto commands = app.get_subcommands();
  return commands.empty() ? app : chosen(*commands.back());
}

// CLI11 knows only that a word is left over; what it was meant to be, in a sentence.
std::string unknown_word(const CLI::App& app, const std::string& word) {
  const CLI::App& command = chosen(app);
  const std::string name = word.substr(0, word.find('='));
  std::vector<std::string> known;
  if (word.starts_with('-')) {
    for (const CLI::App* at = &command; at; at = at->get_parent())
      for (const CLI::Option* option : at->get_options()) known.push_back(option->get_name());
  } else {
    for (const CLI::App* one : command.get_subcommands({})) known.push_back(one->get_name());
    if (&command == &app) known.emplace_back("help");
  }
  const std::string meant = nearest(name, known);
  std::string text = io::in_quotes(name) + (word.starts_with('-') ? " is no option of " : " is no command of ") +
                     (&command == &app ? "wakesleep" : command.get_name());
  if (!meant.empty()) text += "; did you mean " + meant + "?";
  return text;
}

int refuse(const CLI::App& app, const std::string& message, int code) {
  const CLI::App& command = chosen(app);
  std::fprintf(stderr, "wakesleep: %s\nRun wakesleep %s--help for what there is.\n", io::printable(message).c_str(),
               &command == &app ? "" : (command.get_name() + " ").c_str());
  return code;
}

void say_kernels() {
  for (const Kernel& kernel : kernels()) {
    std::fprintf(stderr, "%s: ", kernel.name.c_str());
    if (kernel.chosen < 0) {
      std::fprintf(stderr, "too little work to choose\n");
      continue;
    }
    std::fprintf(stderr, "%s (", kernel.variants[static_cast<std::size_t>(kernel.chosen)].name.c_str());
    for (std::size_t i = 0; i < kernel.variants.size(); ++i)
      std::fprintf(stderr, "%s%s %.4f", i ? ", " : "", kernel.variants[i].name.c_str(),
                   kernel.variants[i].nanoseconds_an_addition);
    std::fprintf(stderr, " ns an addition)\n");
  }
}

}  // namespace

int run(int argc, const char* const* argv) {
  // `help train` is `train --help`.
  std::vector<const char*> words(argv, argv + argc);
  if (argc > 1 && words[1] == std::string_view("help")) {
    words.erase(words.begin() + 1);
    words.push_back("--help");
  }
  std::string models;
  for (const Kind* kind : kinds) models += (models.empty() ? "" : ", ") + std::string(kind->title);
  CLI::App app("Trains, evaluates and samples models: " + models + ".", "wakesleep");
  put_examples_first(app);
  app.set_version_flag("--version", WAKESLEEP_VERSION);
  // Options of the program may stand after the command as well. What is left over is answered here.
  app.fallthrough();
  app.allow_extras();
  int threads = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  app.add_option("--threads", threads, "Threads that compute; the result does not depend on it")
      ->check(whole_from(1))
      ->capture_default_str();
  bool verbose = false;
  app.add_flag("--verbose", verbose,
               "Say at the end, beside the output, which way of each product was the fastest here");
  std::vector<std::function<void()>> commands;
  for (const auto& add : {add_train, add_unroll, add_evaluate, add_transform, add_reconstruct, add_sample, add_info,
                          add_compare, add_gp, add_reproduce})
    commands.push_back(add(app));
  show_examples(app, {"wakesleep train --data bars-and-stripes --layers 9,8 --epochs 200 --out bars.rbm",
                      "wakesleep evaluate bars.rbm --log-likelihood", "wakesleep sample bars.rbm --out samples.png",
                      "wakesleep COMMAND --help"});
  constexpr auto unknown = static_cast<int>(CLI::ExitCodes::ExtrasError);
  try {
    app.parse(argc, words.data());
  } catch (const CLI::ParseError& error) {
    const std::vector<std::string> extras = app.remaining(true);
    const bool asks = error.get_exit_code() == 0;  // for --help or --version
    if (asks && extras.empty()) return app.exit(error);
    if (asks) return refuse(app, unknown_word(app, extras.front()), unknown);
    return refuse(app, extras.empty() ? std::string(error.what()) : unknown_word(app, extras.front()),
                  error.get_exit_code());
  }
  const std::vector<std::string> extras = app.remaining(true);
  if (!extras.empty()) return refuse(app, unknown_word(app, extras.front()), unknown);
  if (app.get_subcommands().empty())
    return refuse(app, "a command is missing", static_cast<int>(CLI::ExitCodes::RequiredError));

  install_signal_handlers();
  try {
    set_thread_count(threads);
    const std::vector<CLI::App*> all = app.get_subcommands({});
    for (std::size_t i = 0; i < all.size(); ++i)
      if (all[i]->parsed()) commands[i]();
    if (verbose) say_kernels();
  } catch (const Interrupted& by) {
    return 128 + by.signal;
  } catch (const std::bad_alloc&) {
    std::fprintf(stderr, "wakesleep: there is not enough memory\n");
    return 1;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "wakesleep: %s\n", io::printable(error.what()).c_str());
    return 1;
  }
  // What was printed may have gone to a full disk.
  if (std::fflush(stdout) != 0 || std::ferror(stdout)) {
    std::perror("wakesleep: standard output");
    return 1;
  }
  return 0;
}

}  // namespace wakesleep::cli

int main(int argc, char** argv) { return wakesleep::cli::run(argc, argv); }
