// Partition functions and likelihoods by summing over every state, or integrating in closed form: the truth that small
// models are checked against.
#pragma once

#include <limits>
#include <memory>
#include <optional>
#include <vector>

#include "wakesleep/average.h"
#include "wakesleep/dataset.h"
#include "wakesleep/random.h"
#include "wakesleep/rbm.h"

namespace wakesleep {

class LogWeights;
class GaussianLogPartition;

inline constexpr Index most_enumerable_units = 25;

// Whether a side has at most 2^25 states, and the model an energy. (A side of counts of words, or of continuous units,
// can only be the other one, which is summed out.)
bool is_enumerable(const RbmShape& shape);

// Every state of the smaller side, 2^10 at a time, and the log of what each adds to Z: the other side summed out.
class Enumeration {
 public:
  // std::out_of_range unless the model is enumerable. words: the length of documents, where the visible units are
  // counts of words (each length has a partition function of its own); 0 else. The model must outlive this.
  explicit Enumeration(const Rbm& rbm, Index words = 0);
  bool next();          // false when there is none left
  double done() const;  // 0 .. 1
  double blocks() const;
  bool over_hidden() const { return over_hidden_; }
  // The present block's states, states x units of the side, and one term a state.
  const LayerStates& states() const { return block_; }
  const VectorD& log_terms() const { return terms_; }

 private:
  const Rbm* rbm_;
  bool over_hidden_;
  Index words_;
  std::uint64_t states_ = 0, next_ = 0;
  LayerStates block_;
  VectorD terms_;
  std::shared_ptr<LogWeights> log_weights_;
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

// log Z, in double precision: by enumeration, or of Gaussian units on both sides in closed form. Done in slices: step()
// takes a block of states, or some rows of a matrix.
class ExactLogPartition {
 public:
  // std::out_of_range as Enumeration. Two Gaussian sides: std::out_of_range for a model without a partition function
  // (from step(), too), or more than 4,096 units on the smaller side. Two other continuous sides: always.
  explicit ExactLogPartition(const Rbm& rbm, Index words = 0);
  bool step();           // false when nothing was left to do
  double done() const;   // 0 .. 1
  double log_z() const;  // valid once step() has returned false

 private:
  std::optional<Enumeration> states_;
  LogSum sum_;
  std::shared_ptr<GaussianLogPartition> gaussian_;
};

// Exact samples of the smaller side, independent of each other, from one pass over its states: weighted reservoir
// sampling (Chao 1982). After each block of states a sample is replaced, with the probability of the block among all
// blocks so far, by one of the block's states, which is chosen with its probability within the block.
class ExactSamples {
 public:
  // Errors: as Enumeration.
  ExactSamples(const Rbm& rbm, Index count, std::uint64_t seed, Stream stream, Index words = 0);
  bool step();  // one block; false when nothing was left to do
  double done() const { return enumeration_.done(); }
  double blocks() const { return enumeration_.blocks(); }
  // Valid once step() has returned false.
  bool of_hidden() const { return enumeration_.over_hidden(); }
  const LayerStates& states() const { return samples_; }  // count x hidden, or count x width

 private:
  Enumeration enumeration_;
  Random random_;
  LogSum all_;
  LayerStates samples_;
  std::vector<double> sums_;
};

double exact_log_partition(const Rbm& rbm, Index words = 0);
// log p over the examples: log p(v, y) = -F(v, y) - log Z of examples with labels where the model has label units, if
// these are to count, and else log p(v) = -F(v) - log Z, labels summed out.
LikelihoodAverage log_likelihood(const Rbm& rbm, ExampleRows examples, double log_z, bool with_labels = true);
double mean_log_likelihood(const Rbm& rbm, const Dataset& data, double log_z);
// F(v) of the first `most_rows` examples (F(v, y) where there are labels and label units).
DatasetAverage average_free_energy(const Rbm& rbm, ExampleRows examples, Index most_rows);
double mean_free_energy(const Rbm& rbm, const Dataset& data, Index most_rows);

}  // namespace wakesleep
