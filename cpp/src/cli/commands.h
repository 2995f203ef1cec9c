// The sub-commands of the native program, and what they share.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "wakesleep/dataset.h"
#include "wakesleep/model_file.h"

namespace wakesleep::cli {

// The whole program, from its name and the words after it to its exit code.
int run(int argc, const char* const* argv);

// Each adds its sub-command and returns what runs when it was chosen.
std::function<void()> add_train(CLI::App& app);
std::function<void()> add_evaluate(CLI::App& app);
std::function<void()> add_sample(CLI::App& app);
std::function<void()> add_reconstruct(CLI::App& app);
std::function<void()> add_transform(CLI::App& app);
std::function<void()> add_info(CLI::App& app);
std::function<void()> add_unroll(CLI::App& app);
std::function<void()> add_calibrate(CLI::App& app);
std::function<void()> add_compare(CLI::App& app);
std::function<void()> add_reproduce(CLI::App& app);

// Helps begin with examples, those of the app's later sub-commands, too.
void put_examples_first(CLI::App& app);
// A command's examples, which tests run.
void show_examples(CLI::App& command, const std::vector<std::string>& lines);

// One layer's units as the command line has them: the name of a type, followed by its parameters as in gaussian:learned
// (whose standard deviations are learned) and softmax:10:4 (groups of 10 and 4 states).
Units parse_units(const std::string& text);

// A model file's bytes: no more of it is read than its header when that is not right for a file of its length.
std::vector<std::uint8_t> read_model_file(const std::string& path);
Model read_model(const std::string& path);
// The model in the bytes of a file, whose path the errors name.
Model open_model(const std::string& path, const std::vector<std::uint8_t>& bytes);

// Rows whose likeliest label is not their own, and all predictions.
struct Recognition {
  std::vector<int> predictions;
  Index errors = 0;
};
// std::invalid_argument: it knows no labels.
Recognition recognise(const Model& model, const Dataset& data);

// A line that rewrites itself where the terminal allows it: what is done, how fast, how long it will take.
class ProgressLine {
 public:
  explicit ProgressLine(double done_at_start = 0);
  void show(double done, const std::string& text);
  // Leaves a line of its own behind, without or with a time.
  void finish(const std::string& text);
  void finish(const std::string& text, double seconds);
  double seconds() const;

 private:
  bool terminal_;
  double start_, done_at_start_, last_ = -1;
};

// All steps that are left of work in slices.
template <class Work>
void to_the_end(Work& work, const std::string& name) {
  ProgressLine line;
  while (work.step()) line.show(work.done(), name);
  line.finish(name, line.seconds());
}

}  // namespace wakesleep::cli
