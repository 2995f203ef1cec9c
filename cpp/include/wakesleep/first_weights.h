// The first weights of a model: normal random numbers that depend on its seed alone. A model's constructor draws them
// at once. Who must not wait so long makes the model with `Undrawn` and draws them in slices.
#pragma once

#include <vector>

#include "wakesleep/random.h"

namespace wakesleep {

class Rbm;
class Dbn;
class Dbm;
class Sbn;
class Network;

// A model made with this has weights without values.
struct Undrawn {};

class FirstWeights {
 public:
  // The models must live at least as long.
  explicit FirstWeights(Rbm& rbm);
  explicit FirstWeights(Dbn& dbn);
  explicit FirstWeights(Dbm& dbm);
  // The generative weights, down from each layer, or the recognition weights, up to it.
  enum class Way { down, up };
  explicit FirstWeights(Sbn& net, Way way = Way::down);
  // W[lowest] and those above.
  explicit FirstWeights(Network& net, Index lowest = 0);

  bool step();          // some of them; false when nothing was left to do
  double done() const;  // 0 .. 1
  void finish();        // all steps

 private:
  // Weights that follow each other; `part` tells those of one model apart that have the same seed.
  struct Run {
    float* values;
    Index count;
    float deviation;
    std::uint64_t seed, step;
    std::uint32_t part;
  };
  void add(Rbm& rbm);
  void add(Matrix& W, float deviation, std::uint64_t seed, std::uint64_t step, Index part);

  std::vector<Run> runs_;
  std::size_t run_ = 0;
  Index next_ = 0;                // in the run
  double drawn_ = 0, count_ = 0;  // in all runs
};

}  // namespace wakesleep
