#include "cli/commands.h"

namespace wakesleep::cli {
namespace {

// Newer versions of CLI11 would join the lines to paragraphs.
template <class Formatter>
void keep_lines(Formatter& formatter) {
  if constexpr (requires { formatter.enable_footer_formatting(false); }) formatter.enable_footer_formatting(false);
}

}  // namespace

void show_examples(CLI::App& command, const std::vector<std::string>& lines) {
  std::string text = "Examples:";
  for (const std::string& line : lines) text += "\n  " + line;
  keep_lines(*command.get_formatter());
  command.footer(text);
}

}  // namespace wakesleep::cli
