#include <stdlib.h>  // mkdtemp

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <sstream>
#include <stdexcept>

#include "cli/commands.h"
#include "cli/output_file.h"
#include "cli/reproductions.h"
#include "data/input_file.h"
#include "io/json.h"
#include "wakesleep/threads.h"

namespace wakesleep::cli {
namespace {

// @name becomes the path of that file in the folder.
std::vector<std::string> words_of(const std::string& command, const std::filesystem::path& folder) {
  std::vector<std::string> words{"wakesleep"};
  std::istringstream text(command);
  for (std::string word; text >> word;) words.push_back(word[0] == '@' ? (folder / word.substr(1)).string() : word);
  return words;
}

bool trains(const std::vector<std::string>& words) {
  return words[1] == "train" || (words[1] == "gp" && words[2] == "tune");
}

std::vector<std::string> words_of(const Stage& stage, const std::filesystem::path& folder,
                                  std::optional<std::uint64_t> seed) {
  std::vector<std::string> words = words_of(stage.command, folder);
  const auto add = [&](const char* flag, const std::string& value) {
    words.push_back(flag);
    words.push_back(value);
  };
  if (seed && trains(words)) add("--seed", std::to_string(*seed));
  if (stage.checkpoint) add("--checkpoint", (folder / stage.checkpoint).string());
  add("--out", (folder / stage.writes).string());
  return words;
}

std::string line_of(const std::vector<std::string>& words) {
  std::string line;
  for (const std::string& word : words) line += (line.empty() ? "" : " ") + word;
  return io::printable(line);
}

void run_stage(std::vector<std::string> words) {
  std::printf("%s\n", line_of(words).c_str());
  std::fflush(stdout);
  words.insert(words.end(), {"--threads", std::to_string(thread_count())});
  std::vector<const char*> arguments;
  for (const std::string& word : words) arguments.push_back(word.c_str());
  const int code = run(static_cast<int>(arguments.size()), arguments.data());
  if (code > 128) throw Interrupted{code - 128};
  if (code != 0) throw std::runtime_error("this stage failed; what the others wrote is kept");
}

io::Json read_json(const std::string& path) {
  std::vector<std::uint8_t> bytes;
  InputFile(path).read_rest(bytes);
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  constexpr int most_levels = 8;
  return io::parse_json(text, path, most_levels);
}

bool is_number(const io::Json* value) {
  return value && (value->kind == io::Json::Kind::whole || value->kind == io::Json::Kind::other_number);
}

double value_of(const io::Json& number) { return std::strtod(number.string.c_str(), nullptr); }

double figure_of(const std::string& path, const std::string& keys) {
  const io::Json whole = read_json(path);
  const io::Json* at = &whole;
  std::istringstream parts(keys);
  for (std::string key; at && std::getline(parts, key, '.');) at = at->find(key);
  if (!is_number(at)) throw std::runtime_error(path + " has no number " + keys + "; remove it to have it made anew");
  return value_of(*at);
}

// A folder for one run, which goes with this.
class TemporaryFolder {
 public:
  TemporaryFolder() : path_(std::filesystem::temp_directory_path() / "wakesleep-XXXXXX") {
    std::string name = path_.string();
    if (!mkdtemp(name.data())) throw std::runtime_error("there is no place for temporary files");
    path_ = name;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  std::string file(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

}  // namespace

std::string command_of(const Stage& stage) { return line_of(words_of(stage, {}, std::nullopt)); }

void run_stages(const Reproduction& one, const std::string& folder, std::uint64_t seed) {
  std::filesystem::create_directories(folder);
  for (const Stage& stage : one.stages) {
    const std::filesystem::path writes = std::filesystem::path(folder) / stage.writes;
    if (std::filesystem::exists(writes)) {
      std::printf("%s is there already\n", io::printable(writes.string()).c_str());
      continue;
    }
    run_stage(words_of(stage, folder, seed));
  }
  std::string found;
  for (const Figure& figure : one.figures) {
    char text[200];
    std::snprintf(text, sizeof text, figure.shown,
                  figure_of((std::filesystem::path(folder) / figure.in).string(), figure.keys));
    found += (found.empty() ? "" : ", ") + std::string(text);
  }
  if (found.empty()) found = (std::filesystem::path(folder) / one.stages.back().writes).string();
  std::printf("%s, seed %llu: %s.%s%s\n", one.name, static_cast<unsigned long long>(seed), io::printable(found).c_str(),
              one.published ? " Published: " : "", one.published ? one.published : "");
}

void check_results(const std::string& path) {
  const io::Json results = read_json(path);
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  const TemporaryFolder temporary;
  std::vector<std::string> wrong;
  std::size_t checked = 0;
  for (const auto& [name, at] : results.keys) {
    const io::Json* checks = results.values[at].find("checks");
    if (!checks) continue;
    for (const io::Json& check : checks->values) {
      const io::Json *command = check.find("command"), *keys = check.find("keys"), *figure = check.find("figure");
      if (!command || !keys || !is_number(figure))
        throw std::runtime_error(path + ": a check of " + io::in_quotes(name) + " needs command, keys and figure");
      const std::string report = temporary.file(std::to_string(checked++));
      std::vector<std::string> words = words_of(command->string, folder);
      words.insert(words.end(), {"--json", "--out", report});
      run_stage(words);
      const double found = figure_of(report, keys->string);
      const bool same = found == value_of(*figure);
      std::printf("%s, %s: %.17g%s\n", io::printable(name).c_str(), io::printable(keys->string).c_str(), found,
                  same ? "" : (", but " + path + " says " + figure->string).c_str());
      if (!same) wrong.push_back(name);
    }
  }
  if (checked == 0) throw std::runtime_error(path + " has no checks");
  if (!wrong.empty()) throw std::runtime_error("figures are not what the models give: " + wrong.front());
}

}  // namespace wakesleep::cli
