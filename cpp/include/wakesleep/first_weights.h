// The first weights of a model: normal random numbers that depend on its seed alone. A model's constructor draws them;
// where there may be more of them than a moment draws, a model is made with `Undrawn`, and they are drawn some at a time.
#pragma once

#include <vector>

#include "wakesleep/random.h"

namespace wakesleep {

class Rbm;
class Dbn;
class Dbm;
class Sbn;

// A model made with this has weights without values.
struct Undrawn {};

class FirstWeights {
 public:
  // Of these models, which must live at least as long.
  explicit FirstWeights(Rbm& rbm);
  explicit FirstWeights(Dbn& dbn);
  explicit FirstWeights(Dbm& dbm);
  // Those down from each layer to the one below, or those up.
  enum class Way { down, up };
  explicit FirstWeights(Sbn& net, Way way = Way::down);

  bool step();  // some of them; false when nothing was left to do
  double done() const;
  void finish();

 private:
  // Weights in a row; `part` tells those of one model apart that have the same seed.
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
  Index next_ = 0;                // of the run
  double drawn_ = 0, count_ = 0;  // of all runs
};

}  // namespace wakesleep
