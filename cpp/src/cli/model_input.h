// A model's file and the examples that a command shows it.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>

#include "cli/data_options.h"
#include "wakesleep/model_file.h"

namespace wakesleep::cli {

struct ModelAndData {
  Model model;
  DataOptions options;
  Part part;
  Data data;
};

class ModelInput {
 public:
  explicit ModelInput(CLI::App& command);
  // With --rows, some of the examples only. Errors: those of read_model, of `check`, which sees the model before the
  // examples are read, read_data and check_fits. `compares`: as part_of() has it.
  ModelAndData read(const std::function<void(const Model&)>& check = {}, bool compares = false) const;

 private:
  std::string model_;
  DataFlags data_;
  Index rows_ = 0;
};

// The note of a model file that DataFlags::record() makes.
inline constexpr const char* data_note = "dataOptions";

}  // namespace wakesleep::cli
