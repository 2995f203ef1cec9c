// Every state of the smaller side of an RBM: sums over them, and exact samples.
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "models/state_space.h"
#include "wakesleep/exact.h"
#include "wakesleep/random.h"

namespace wakesleep {

// Every state of the smaller side, in blocks of 2^10 or parts of them, and the log of what each adds to Z: the other
// side summed out.
class Enumeration {
 public:
  // std::out_of_range unless the model is enumerable. words: the length of documents, where the visible units are
  // counts of words (each length has a partition function of its own); 0 else. The model must outlive this.
  explicit Enumeration(const Rbm& rbm, Index words = 0);
  bool next();                                     // a part of a block, a slice; false when there is none left
  bool ends_block() const;                         // the present part
  std::uint64_t first() const;                     // the number of the part's first state
  std::uint64_t count() const { return states_; }  // of all states
  double done() const;                             // 0 .. 1
  bool over_hidden() const { return over_hidden_; }
  // The present part's states, states x units of the side, and one term a state.
  const LayerStates& states() const { return part_; }
  const VectorD& log_terms() const { return terms_; }
  // The state of a number, in row 0.
  void state(std::uint64_t number, LayerStates& to) const;

 private:
  const Rbm* rbm_;
  bool over_hidden_;
  Index words_;
  std::uint64_t states_ = 0, next_ = 0;
  LayerStates part_;
  VectorD terms_;
  LogWeights log_weights_;
};

// log of a sum of exponentials, term by term.
class LogSum {
 public:
  void add(double log_term);
  double value() const;
  // log of the part of the sum that exp(log_term) is.
  double log_share(double log_term) const;

 private:
  double largest_ = -std::numeric_limits<double>::infinity(), sum_ = 0;
};

// Exact samples of the smaller side, independent of each other, from one pass over its states: weighted reservoir
// sampling (Chao 1982). After each block of states a sample is replaced, with the probability of the block among all
// blocks so far, by one of the block's states, which is chosen with its probability within the block.
class ExactSamples {
 public:
  // Errors: as Enumeration.
  ExactSamples(const Rbm& rbm, Index count, std::uint64_t seed, Stream stream, Index words = 0);
  bool step();  // a part of a block; false when nothing was left to do
  double done() const { return enumeration_.done(); }
  std::uint64_t states_in_all() const { return enumeration_.count(); }
  // Valid once step() has returned false.
  bool of_hidden() const { return enumeration_.over_hidden(); }
  const LayerStates& states() const { return samples_; }  // count x hidden, or count x width

 private:
  Enumeration enumeration_;
  Random random_;
  LogSum all_;
  LayerStates samples_, chosen_;
  std::vector<double> block_, sums_;  // of the present block: its log terms so far, and their sums
};

}  // namespace wakesleep
