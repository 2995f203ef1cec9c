#include <cstdio>
#include <exception>
#include <thread>

#include "cli/commands.h"
#include "wakesleep/threads.h"

int main(int argc, char** argv) {
  using namespace wakesleep;
  CLI::App app("Boltzmann machines and belief nets: train, evaluate, sample.", "wakesleep");
  app.set_version_flag("--version", WAKESLEEP_VERSION);
  app.require_subcommand(1);
  int threads = static_cast<int>(std::thread::hardware_concurrency());
  app.add_option("--threads", threads, "Threads that compute; the result does not depend on it")->capture_default_str();
  const auto train = cli::add_train(app), evaluate = cli::add_evaluate(app), sample = cli::add_sample(app),
             info = cli::add_info(app), reproduce = cli::add_reproduce(app);
  CLI11_PARSE(app, argc, argv);
  try {
    set_thread_count(threads);
    if (app.got_subcommand("train")) train();
    if (app.got_subcommand("evaluate")) evaluate();
    if (app.got_subcommand("sample")) sample();
    if (app.got_subcommand("info")) info();
    if (app.got_subcommand("reproduce")) reproduce();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "wakesleep: %s\n", error.what());
    return 1;
  }
  return 0;
}
