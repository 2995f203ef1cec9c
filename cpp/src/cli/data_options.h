// Which examples a command works on.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "wakesleep/dataset.h"

namespace wakesleep::cli {

// A set that has a name, from a folder or generated, or the user's own files; perhaps only one label, perhaps some held
// back.
struct DataOptions {
  std::string data = "mnist", folder;
  std::string images, labels;
  double scale = 0;  // 0: none was given
  Index size = 0;    // 0: the set's own
  std::optional<Index> count;
  bool whole_test = false;  // whether count, of sets that are in files, leaves the test part as it is
  std::uint64_t data_seed = 1;
  int only_label = -1;
  double threshold = -1;
  std::optional<std::uint64_t> binarise;
  bool standardise = false;
  Index hold_back = 0;
};

struct Data {
  Dataset examples;
  std::string description;
};

// --folder, or else $WAKESLEEP_DATA; std::invalid_argument, naming the data, where neither is given.
std::string data_folder(const std::string& folder, const std::string& data);

enum class Part { training, held_back, test };
// std::invalid_argument and std::out_of_range for options that don't go together or don't fit the data; the errors of
// data_files.h.
Data read_data(const DataOptions& options, Part part);
// std::out_of_range unless visible units of this kind can have these values; it says what makes others fit.
void check_fits(const Data& data, const Units& units);

class DataFlags {
 public:
  void add(CLI::App& command);
  // And --part, for commands that work on a model's data.
  void add_with_part(CLI::App& command);

  // std::invalid_argument for a flag that says nothing of these data.
  const DataOptions& given() const;
  // The flags that were given and the data set's name, in one line: a note for the model's file. Where --folder is, and
  // what it has, is no matter of the model.
  std::string record() const;
  // What was given, and what it leaves open as a record of training says. Files are not taken from a record: whoever
  // wrote a model file does not choose what is read of the user's; std::invalid_argument says which they were.
  DataOptions with_record(const std::string& record) const;
  // std::invalid_argument for a part that these data don't have, and for --hold-back where neither the part nor
  // anything else (`compares`: with the training part) depends on it.
  Part part_of(const DataOptions& options, bool compares) const;

 private:
  bool was_given(const std::string& flag) const;
  void refuse_unused(const DataOptions& options) const;

  DataOptions options_;
  std::vector<CLI::Option*> flags_;
  std::string part_ = "test";
};

}  // namespace wakesleep::cli
