// Partition functions and likelihoods by summing over every state: the truth that small models are checked against.
#pragma once

#include "wakesleep/dataset.h"
#include "wakesleep/rbm.h"

namespace wakesleep {

inline constexpr Index most_enumerable_units = 25;

// log Z, summed over all states of the smaller side in double precision. Done in slices: step() takes one of 2^10 states.
class ExactLogPartition {
 public:
  // std::out_of_range when both sides have more than most_enumerable_units units. The model must outlive this.
  explicit ExactLogPartition(const Rbm& rbm);
  bool step();           // false when nothing was left to do
  double done() const;   // 0 .. 1
  double log_z() const;  // valid once step() has returned false

 private:
  const Rbm* rbm_;
  bool over_hidden_;
  std::uint64_t states_ = 0, next_ = 0;
  double largest_, sum_ = 0;
  BitMatrix block_;
  Matrix pre_;
};

bool is_enumerable(const RbmShape& shape);
double exact_log_partition(const Rbm& rbm);
// Mean of log p(v) = -F(v) - log Z over the examples (with their labels, where the model has label units).
double mean_log_likelihood(const Rbm& rbm, const Dataset& data, double log_z);
// Mean free energy of the first `most_rows` examples.
double mean_free_energy(const Rbm& rbm, const Dataset& data, Index most_rows);

}  // namespace wakesleep
