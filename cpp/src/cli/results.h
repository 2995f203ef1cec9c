// What commands write of each row: files by their extension.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "wakesleep/matrix.h"

namespace wakesleep::cli {

// Numbers of some rows under one name.
struct Result {
  std::string name;
  Matrix values;  // rows x columns
};

// Labels as a result.
Matrix column(const std::vector<int>& labels);

// The option that names the file, and those of how it is written.
class ResultFile {
 public:
  // Pictures need images, whose width the command then takes as well.
  ResultFile(std::string flag, bool pictures) : flag_(std::move(flag)), pictures_(pictures) {}
  CLI::Option* add(CLI::App& command, const std::string& what);

  bool given() const { return !path_.empty(); }
  const std::string& path() const { return path_; }
  // Before the work begins: std::invalid_argument for a name that says no form or another one than --form, for --form
  // without a file and --width without a picture, and for a picture of several results or of rows that are no images;
  // Error(io) where the file can't be written.
  void check(std::size_t results, Index columns) const;
  // The first of these errors, where no file was asked for.
  void check_absent() const;
  // All with as many rows.
  void write(const std::vector<Result>& results) const;

 private:
  Index width_of(Index columns) const;

  CLI::Option *form_given_ = nullptr, *width_given_ = nullptr;
  std::string flag_, path_, form_;
  bool pictures_;
  Index width_ = 0;
};

}  // namespace wakesleep::cli
