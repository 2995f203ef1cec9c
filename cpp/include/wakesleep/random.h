// Counter-based random numbers: Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"). A
// number depends only on the seed and its place (stream, step, row, column), never on who asks first, so results are
// the same for any number of threads and any vector width.
#pragma once

#include <array>
#include <cstdint>

#include "wakesleep/matrix.h"

namespace wakesleep {

// What a stream of random numbers is for. Two uses never share one: the deep Boltzmann machine has 60 to 69
// (models/dbm_layers.h), the sigmoid belief net 70 to 79 (models/sbn_states.h), up-down 90 to 99, networks 100 to 109.
enum class Stream : std::uint32_t {
  weights = 1,
  shuffle = 2,
  data = 3,  // sampling grey data to bits
  hidden = 4,
  visible = 5,
  chain_hidden = 6,
  chain_visible = 7,
  chain_start = 8,
  up = 9,
  hidden_given_visible = 13,  // the single draws that a caller asks for
  visible_given_hidden = 14,
  patterns = 11,
  strokes = 12,
  binarised = 15,  // data sets drawn to bits once
  swap = 41,       // of neighbouring temperatures
  dropout = 42,
  missing = 43,  // hidden states on the way to missing values, and these
  missing_visible = 44,
  reverse_start = 50,  // reverse annealing: where its runs start
  reverse_hidden = 51,
  reverse_visible = 52,
  one_unit = 53,         // the unit that a stochastic pseudo-likelihood looks at
  posterior = 54,        // hidden states for a variational bound
  dbn_down = 79,         // a DBN's units given those above, below its top
  call = 80,             // the seeds of random calls that were given none
  adaptive_hidden = 55,  // the first pass of annealing by equal progress
  adaptive_visible = 56,
  ladder_seed = 110,     // parallel trajectory tempering: the seed of a new rung's random numbers
  ladder_partner = 111,  // which samples the chains meet
  ladder_swap = 112,
  ladder_hidden = 113,
  ladder_visible = 114,
  stack_swap = 115,  // stacked tempering
  stack_hidden = 116,
  stack_visible = 117,
};

std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key);

// A plain sequence for code that is not hot: seeded generators of data, shuffles.
class Random {
 public:
  Random(std::uint64_t seed, Stream stream, std::uint64_t step = 0);
  std::uint32_t bits();
  double uniform();                          // [0, 1), 53 bits
  double uniform(double low, double high);   // [low, high)
  std::uint32_t below(std::uint32_t bound);  // 0 .. bound - 1, without bias
  double normal();                           // mean 0, standard deviation 1

 private:
  std::array<std::uint32_t, 2> key_;
  std::array<std::uint32_t, 4> counter_;
  std::array<std::uint32_t, 4> block_{};
  int used_ = 4;
};

// Random calls of a model that were given no seed. Each takes the model's next numbers: the same calls in the same
// order give the same results, and a loop of single Gibbs steps is a Markov chain.
struct RandomCalls {
  std::uint64_t made = 0;
  std::uint64_t next_seed(std::uint64_t seed_of_model);
};

// The order in which an epoch visits `count` examples: a permutation that depends only on the seed and the epoch.
void shuffled_order(std::uint64_t seed, std::uint64_t epoch, std::vector<std::uint32_t>& order, Index count);

}  // namespace wakesleep
