// What a command finds out, for people or for programs.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "io/json.h"

namespace wakesleep::cli {

// Lines of text, each printed as it is found, or one JSON object at the end; on the standard output. With `quiet` texts
// go to the standard error, because the standard output is a result's.
class Report {
 public:
  using Figures = std::vector<std::pair<std::string, double>>;

  explicit Report(bool as_json = false, bool quiet = false);
  // The format has a place for each figure (%.4f), in this order; null: for programs only. A figure without a name is
  // the value of the key itself; others stand in an object.
  void figures(const std::string& key, const char* format, const Figures& figures);
  // `text` as it is in JSON, and `line` for people.
  void text(const std::string& key, const std::string& text, const std::string& line);
  // Prints the object, or writes it to a file.
  void end(const std::string& path = "");

 private:
  bool as_json_, quiet_;
  io::JsonWriter json_;
};

}  // namespace wakesleep::cli
