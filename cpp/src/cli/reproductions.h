// Published and taught results that one command shows again. A new one is a row in a file of its own, and its name in
// reproduce.cpp's list.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace wakesleep::cli {

struct ReproductionOptions {
  std::uint64_t seeds = 0, epochs = 0;  // 0: the reproduction's own
};

// A command of this program that writes one file. In its words @name stands for a file of that name in the folder that
// the reproduction works in. One that trains has a checkpoint, from which it goes on when it is run again; stages whose
// trainings go on from each other name the same.
struct Stage {
  const char* writes;
  const char* command;
  const char* checkpoint = nullptr;
};

// What stages have found: a number in a file that `evaluate --json --out` wrote, by the keys on the way to it.
struct Figure {
  const char* in;
  const char* keys;   // apart by points: recognition.percent
  const char* shown;  // a format with a place for it, which names its unit
};

struct Reproduction {
  const char* name;
  const char* shows;
  const char* published = nullptr;  // the figures and where they stand; none: no one else's are known
  const char* takes = nullptr;      // time, and on what
  // By a function, or else by stages, whose trainings take --seed.
  void (*run)(const ReproductionOptions&) = nullptr;
  std::vector<Stage> stages{};
  std::vector<Figure> figures{};  // none: what the last stage writes is the result
  // Unless --work is given, the folder for the stages' files: another reproduction's, whose first stages are the same.
  // None: the name.
  const char* folder = nullptr;
};

extern const Reproduction sbn_contrastive_divergence, infinite_net, centered_mnist;
extern const Reproduction bars_and_stripes_by_pcd;
extern const Reproduction greedy_dbn, digits_rbm, up_down_dbn, figure_8, backprop;
extern const Reproduction peers;
extern const Reproduction gp;

// As one could type it in that folder, but for the seed.
std::string command_of(const Stage& stage);
// Runs each stage whose file is not there yet, with the seed, and prints the figures beside the published ones.
// Interrupted, and std::runtime_error for a stage that failed.
void run_stages(const Reproduction& one, const std::string& folder, std::uint64_t seed);

// Evaluates the models beside a results.json again, by the checks that it has of each: a command, the keys of the
// number in its report, and that number. std::runtime_error for one that differs by a bit.
void check_results(const std::string& path);

}  // namespace wakesleep::cli
