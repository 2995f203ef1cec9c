#include "cli/report.h"

#include <array>
#include <cstdio>
#include <stdexcept>

#include "cli/output_file.h"

namespace wakesleep::cli {

Report::Report(bool as_json, bool quiet) : as_json_(as_json), quiet_(quiet) { json_.begin_object(); }

void Report::figures(const std::string& key, const char* format, const Figures& figures) {
  std::array<double, 4> values{};
  if (figures.size() > values.size()) throw std::logic_error("a line of too many figures");
  for (std::size_t i = 0; i < figures.size(); ++i) values[i] = figures[i].second;
  if (!as_json_ && !format) return;
  if (!as_json_) {
    std::fprintf(quiet_ ? stderr : stdout, format, values[0], values[1], values[2], values[3]);
    std::fputc('\n', quiet_ ? stderr : stdout);
    return;
  }
  json_.key(key);
  const bool alone = figures.size() == 1 && figures[0].first.empty();
  if (!alone) json_.begin_object();
  for (const auto& [name, value] : figures) {
    if (!alone) json_.key(name);
    json_.number(value);
  }
  if (!alone) json_.end_object();
}

void Report::text(const std::string& key, const std::string& text, const std::string& line) {
  if (as_json_)
    json_.key(key).string(io::printable(text));
  else
    std::fprintf(quiet_ ? stderr : stdout, "%s\n", io::printable(line).c_str());
}

void Report::end(const std::string& path) {
  if (!as_json_) return;
  json_.end_object();
  if (path.empty()) {
    std::puts(json_.text().c_str());
  } else {
    write_file(path, json_.text() + '\n');
  }
}

}  // namespace wakesleep::cli
