// Partition functions and likelihoods of deep Boltzmann machines: exactly by enumeration, or by annealed importance
// sampling.
#pragma once

#include <memory>
#include <vector>

#include "wakesleep/ais.h"
#include "wakesleep/dbm.h"
#include "wakesleep/exact.h"

namespace wakesleep {

// log of the sum of exp(-E) over every state that is not given: the odd layers or the even ones are summed out
// analytically, and the others, whichever have fewer units, enumerated in double precision. Done in slices: step()
// takes one of 2^10 states.
class DbmLogSum {
 public:
  // Over all states: log Z. std::out_of_range when odd and even layers both have more than most_enumerable_units units
  // (a label group counts with the even or the odd ones, as its number says). The model must outlive this.
  explicit DbmLogSum(const Dbm& dbm);
  // Over the hidden states (and the labels, unless `label` is one): log p*(v) = log p(v) + log Z. x: 1 x visible.
  DbmLogSum(const Dbm& dbm, const MatrixView& x, int label = -1);
  DbmLogSum(DbmLogSum&&) noexcept;
  DbmLogSum& operator=(DbmLogSum&&) noexcept;
  ~DbmLogSum();
  bool step();           // false when nothing was left to do
  double done() const;   // 0 .. 1
  double log_z() const;  // the sum's logarithm; valid once step() has returned false

 private:
  class Work;
  std::unique_ptr<Work> work_;
};

bool is_enumerable(const Dbm& dbm);
double exact_log_partition(const Dbm& dbm);
// -log p*(v), exactly: rows. x: rows x visible.
VectorD exact_free_energy(const Dbm& dbm, const MatrixView& x);
// The same with each label: rows x labels.
MatrixD exact_label_free_energy(const Dbm& dbm, const MatrixView& x);
// Mean of log p(v) over the examples (with their labels, where both have them).
double mean_log_likelihood(const Dbm& dbm, const Dataset& data, double log_z);

// Annealed importance sampling (ais.h) for a DBM (Salakhutdinov and Hinton 2009, section 3.3, for any number of
// layers): the runs hold states of the odd layers, the even ones are summed out analytically. Between the base-rate
// model, which has biases a of the visible units (and labels) and no weights, and the DBM stand the distributions
//   p*_beta(odd) = exp(sum over odd units x of ((1 - beta) a_x + beta b_x) x)
//                  prod over even units (1 + exp((1 - beta) a + beta input)).
class DbmAis {
 public:
  // As AisLogPartition. The model must outlive this.
  DbmAis(const Dbm& dbm, const AisOptions& options, const VectorD* base_rates = nullptr);
  DbmAis(DbmAis&&) noexcept;
  DbmAis& operator=(DbmAis&&) noexcept;
  ~DbmAis();
  bool step();  // one beta of all runs; false when nothing was left to do
  double done() const;
  LogPartition estimate() const;  // valid once step() has returned false
  const std::vector<double>& log_weights() const;
  double log_z_base() const;

 private:
  class Work;
  std::unique_ptr<Work> work_;
};

// The same path from samples of the model down to the base, as ReverseAis: from exact samples, where the odd or the
// even layers can be enumerated, an upper bound of log Z in expectation, or else from chains a check.
class DbmReverseAis {
 public:
  // As ReverseAis; chains start at what inference says of the examples. The model must outlive this.
  DbmReverseAis(const Dbm& dbm, const AisOptions& options, const VectorD* base_rates = nullptr,
                const Dataset* starts = nullptr);
  DbmReverseAis(const Dbm& dbm, const AisOptions& options, ReverseStart start, const VectorD* base_rates = nullptr,
                const Dataset* starts = nullptr);
  DbmReverseAis(DbmReverseAis&&) noexcept;
  DbmReverseAis& operator=(DbmReverseAis&&) noexcept;
  ~DbmReverseAis();
  // One block of the enumeration, one step of the chains, or one beta of all runs; false when nothing was left to do.
  bool step();
  double done() const;
  ReverseStart start() const;
  LogPartition estimate() const;  // valid once step() has returned false
  const std::vector<double>& log_weights() const;
  double log_z_base() const;

 private:
  class Work;
  std::unique_ptr<Work> work_;
};
using BidirectionalDbmAis = BothDirections<DbmAis, DbmReverseAis>;

}  // namespace wakesleep
