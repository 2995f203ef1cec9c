// Gibbs chains of any model, advanced in slices: samples, dreams and reconstructions. Chains have numbers, by which
// they take their random numbers, so that it does not matter how many are stepped at once.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "wakesleep/average.h"
#include "wakesleep/dbm.h"
#include "wakesleep/dbn.h"
#include "wakesleep/rbm.h"
#include "wakesleep/row_map.h"

namespace wakesleep {

// Of each chain a row.
struct ChainSamples {
  // The visible units given the states of the layer above them in the last step: their means, and states drawn from
  // these, samples of p(v). A DBN's are drawn downwards through every layer from the state of its top, at temperature
  // 1.
  Matrix means, states;
  // What to show: the means; of a DBN the means that come straight down from the means of the layer below its top,
  // without the noise of states on the way. Their average is not E[v].
  Matrix images;
  Matrix hidden;            // states of the hidden units that led there; of a DBN those of its top, of a DBM of layer 1
  std::vector<int> labels;  // empty without
};

class Chains {
 public:
  // Chains first .. first + count - 1 of an RBM, of a DBN's top, or of a DBM; GibbsChains and DbmChains say where they
  // begin, and what `words` are (of a DBN's visible units). The model must outlive them.
  Chains(const Rbm& rbm, Index count, std::uint64_t seed, Index words = 0, Index first = 0);
  Chains(const Dbn& dbn, Index count, std::uint64_t seed, Index words = 0, Index first = 0);
  Chains(const Dbm& dbm, Index count, std::uint64_t seed, Index first = 0);
  // Of an RBM that was trained by parallel trajectory tempering, at equilibrium by its ladder (training_state.h):
  // chains climb from its first rung, which is sampled exactly, and every step is a sweep over all rungs. count: 1 ..
  // 1000. std::invalid_argument for a machine without a ladder.
  static Chains on_ladder(const Rbm& rbm, Index count, std::uint64_t seed);
  // Of the bottom RBM of a stack by stacked tempering (Fernandez-de-Cossio-Diaz et al. 2024): hidden states of each
  // machine are exchanged with visible states of the next. The samples are those of the bottom machine's own
  // distribution, and not of the net's. std::invalid_argument for a stack of one, and for units without an energy or
  // counts of words.
  static Chains stacked(const Dbn& dbn, Index count, std::uint64_t seed);
  // Of both std::invalid_argument for whatever chains are to be held at or to start from, and for a temperature but 1.
  Chains(Chains&&) noexcept;
  Chains& operator=(Chains&&) noexcept;
  ~Chains();

  Index count() const;
  std::uint64_t steps() const;  // that were asked for

  // Starts anew at these images, one a chain or one for all, before the steps that are asked for next. Grey values,
  // which are means, enter the first step as they are; hidden layers of a DBN and a DBM start at states drawn from what
  // inference says of them. `name` stands in the message of the std::out_of_range for images that do not fit.
  void start_at(Matrix x, const char* name = "x");
  // As GibbsChains has them (gibbs.h); a DBN has no visible units to clamp: std::invalid_argument.
  void clamp(const MatrixView& mask, const MatrixView& values);
  void clamp_labels(const std::vector<int>& labels);

  // Asks for `count` steps more, which step() makes a slice at a time.
  void advance(Index count, double temperature = 1);
  bool step();          // false when nothing was left to do
  double done() const;  // 0 .. 1 of the steps that were asked for last
  // Valid once step() has returned false; of some chains alone, where all are more than a slice.
  ChainSamples samples() const { return samples(0, count()); }
  ChainSamples samples(Index first, Index count) const;
  ChainSamples finish();  // all steps that are left, and the samples

 private:
  class Groups;
  template <class C>
  class GroupsOf;
  class OfRbm;
  class OfDbn;
  class OfDbm;
  class Exchanging;
  class OnLadder;
  class Stacked;
  explicit Chains(std::unique_ptr<Groups> groups);
  std::unique_ptr<Groups> groups_;
};

struct ReconstructionOptions {
  Index steps = 1;  // of Gibbs sampling, 1 .. 10^6; of a DBN and a DBM also 0: inferred means come straight down
  std::uint64_t seed = 1;
  double temperature = 1;
};

// The means of the visible units after some steps of chains that start at the examples, one each: rows x visible.
RowMap reconstructions(const Rbm& rbm, ExampleRows x, const ReconstructionOptions& options = {});
RowMap reconstructions(const Dbn& dbn, ExampleRows x, const ReconstructionOptions& options = {});
RowMap reconstructions(const Dbm& dbm, ExampleRows x, const ReconstructionOptions& options = {});

// The mean squared difference of a visible unit's value and its reconstruction, over the examples.
DatasetAverage reconstruction_error(const Rbm& rbm, ExampleRows x, const ReconstructionOptions& options = {});
DatasetAverage reconstruction_error(const Dbn& dbn, ExampleRows x, const ReconstructionOptions& options = {});
DatasetAverage reconstruction_error(const Dbm& dbm, ExampleRows x, const ReconstructionOptions& options = {});

template <class M>
Matrix reconstruct(const M& model, const MatrixView& x, const ReconstructionOptions& options = {}) {
  return reconstructions(model, Matrix(x), options).finish().front();
}

}  // namespace wakesleep
