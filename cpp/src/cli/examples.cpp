#include "cli/commands.h"

namespace wakesleep::cli {
namespace {

// Examples stand above the options, which are many.
struct ExamplesFirst : CLI::Formatter {
  std::string make_usage(const CLI::App* app, std::string name) const override {
    const std::string examples = app->get_footer();
    return CLI::Formatter::make_usage(app, std::move(name)) + (examples.empty() ? "" : examples + "\n\n");
  }
  std::string make_footer(const CLI::App*) const override { return {}; }
};

}  // namespace

void put_examples_first(CLI::App& app) { app.formatter(std::make_shared<ExamplesFirst>()); }

void show_examples(CLI::App& command, const std::vector<std::string>& lines) {
  std::string text = "Examples:";
  for (const std::string& line : lines) text += "\n  " + line;
  command.footer(text);
}

}  // namespace wakesleep::cli
