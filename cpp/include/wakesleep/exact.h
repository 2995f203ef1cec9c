// Partition functions and likelihoods by summing over every state, or integrating in closed form: the truth that small
// models are checked against.
#pragma once

#include <memory>

#include "wakesleep/average.h"
#include "wakesleep/dataset.h"
#include "wakesleep/rbm.h"

namespace wakesleep {

inline constexpr Index most_enumerable_units = 25;

// Whether a side has at most 2^25 states, and the model an energy. (A side of counts of words, or of continuous units,
// can only be the other one, which is summed out.)
bool is_enumerable(const RbmShape& shape);

// log Z, in double precision: by enumeration, or of Gaussian units on both sides in closed form. Done in slices: step()
// takes a block of states, or some rows of a matrix.
class ExactLogPartition {
 public:
  // words: the length of documents, where the visible units are counts of words (each length has a partition function
  // of its own); 0 else. std::out_of_range unless the model is enumerable, of the option method and with 'ais' in its
  // message where that is an estimate of log Z. Two Gaussian sides: std::out_of_range for a model without a partition
  // function (from step(), too), or more than 4,096 units on the smaller side. Two other continuous sides: always.
  explicit ExactLogPartition(const Rbm& rbm, Index words = 0);
  ExactLogPartition(ExactLogPartition&&) noexcept;
  ExactLogPartition& operator=(ExactLogPartition&&) noexcept;
  ~ExactLogPartition();
  bool step();           // false when nothing was left to do
  double done() const;   // 0 .. 1
  double log_z() const;  // valid once step() has returned false

 private:
  class Work;
  std::unique_ptr<Work> work_;
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
