#pragma once

#include <cstdint>
#include <optional>

#include "wakesleep/matrix.h"

namespace wakesleep {

class Dataset;

// How betas are spread from 0 to 1. `late`: as in the paper, 500 of 14,500 to 0.5, 4,000 to 0.9 and 10,000 to 1, in
// proportion. `adaptive`, of RBMs: by equal progress, where a first pass of a tenth of the betas has found how fast the
// distribution changes: in equal steps of the integral of the standard deviation of d log p* / d beta, which is the
// spacing of least variance while runs stay near equilibrium (Gelman and Meng 1998, section 4).
enum class BetaSchedule { linear, late, adaptive };

// The base-rate model that annealing starts from: the model's own visible biases; those of independent units with the
// data's means, the labels uniform; or biases of 0, which prefer no state. Runs can miss modes that are far from where
// they start.
enum class AisBase { biases, data, uniform };

// Of annealed importance sampling (ais.h).
struct AisOptions {
  Index runs = 100;     // 2 .. 65,536
  Index betas = 10000;  // intermediate distributions, 1 .. 10^7
  BetaSchedule schedule = BetaSchedule::linear;
  std::optional<AisBase> base;  // empty: data where base rates are given, else biases
  // Of a reverse estimate that starts from chains: their Gibbs steps before it begins, 0 .. 10^7; empty: as many as
  // betas.
  std::optional<Index> start_steps;
  // Of a replicated softmax: the length of a document, each of which has a partition function of its own; 1 .. 10^6.
  std::optional<Index> words;
  std::optional<std::uint64_t> seed;  // empty: the model's
};

enum class LogPartitionMethod { exact, ais };

// What of the ways to log Z is taken.
struct LogPartitionOptions : AisOptions {
  LogPartitionMethod method = LogPartitionMethod::exact;
  bool reverse = false;           // ais: backwards, too
  const Dataset* data = nullptr;  // ais: its means are base rates, and chains of a reverse estimate start there
};

}  // namespace wakesleep
