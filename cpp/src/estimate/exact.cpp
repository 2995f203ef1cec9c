#include "wakesleep/exact.h"

#include <limits>
#include <optional>
#include <string>

#include "estimate/enumerable.h"
#include "estimate/enumeration.h"
#include "estimate/gaussian_exact.h"
#include "math/slices.h"
#include "wakesleep/refusal.h"

namespace wakesleep {

class ExactLogPartition::Work {
 public:
  Work(const Rbm& rbm, Index words);
  bool step();
  double done() const { return gaussian_ ? gaussian_->done() : states_->done(); }
  double log_z() const { return gaussian_ ? gaussian_->log_z() : sum_.value(); }

 private:
  std::optional<Enumeration> states_;
  LogSum sum_;
  std::optional<GaussianLogPartition> gaussian_;
};

ExactLogPartition::Work::Work(const Rbm& rbm, Index words) {
  const units::Type &below = *visible_layer(rbm).type, &above = *hidden_layer(rbm).type;
  if (below.normal() && above.normal()) {
    gaussian_.emplace(rbm);
    return;
  }
  if (rbm.has_energy() && !below.bounded() && !above.bounded())
    refuse({{"method",
             std::string("log Z of two continuous sides has a closed form where both are gaussian, and this model ") +
                 "has " + below.name() + " and " + above.name() + " units" + annealing_instead}});
  if (rbm.has_energy() && !is_enumerable(rbm.shape())) refuse({{"method", too_many_states(rbm) + annealing_instead}});
  states_.emplace(rbm, words);
}

bool ExactLogPartition::Work::step() {
  if (gaussian_) return gaussian_->step();
  if (!states_->next()) return false;
  for (const double term : states_->log_terms()) sum_.add(term);
  return true;
}

ExactLogPartition::ExactLogPartition(const Rbm& rbm, Index words) : work_(std::make_unique<Work>(rbm, words)) {}
ExactLogPartition::ExactLogPartition(ExactLogPartition&&) noexcept = default;
ExactLogPartition& ExactLogPartition::operator=(ExactLogPartition&&) noexcept = default;
ExactLogPartition::~ExactLogPartition() = default;
bool ExactLogPartition::step() { return work_->step(); }
double ExactLogPartition::done() const { return work_->done(); }
double ExactLogPartition::log_z() const { return work_->log_z(); }

double exact_log_partition(const Rbm& rbm, Index words) {
  ExactLogPartition sum(rbm, words);
  while (sum.step()) {
  }
  return sum.log_z();
}

DatasetAverage average_free_energy(const Rbm& rbm, ExampleRows examples, Index most_rows) {
  return {std::move(examples),
          {rbm.visible(), rbm.labels()},
          most_rows,
          math::rows_a_slice(static_cast<double>(rbm.W().size())),
          [&rbm](const Matrix& x, Index) { return rbm.free_energy(view(x)); }};
}

double mean_free_energy(const Rbm& rbm, const Dataset& data, Index most_rows) {
  return average_free_energy(rbm, data, most_rows).finish().mean;
}

LikelihoodAverage log_likelihood(const Rbm& rbm, ExampleRows examples, double log_z, bool with_labels) {
  return {std::move(examples),
          {rbm.visible(), with_labels ? rbm.labels() : 0},
          math::rows_a_slice(static_cast<double>(rbm.W().size() + 5 * rbm.labels() * rbm.hidden())),
          rbm.shape().visible_units,
          [&rbm, log_z](const Matrix& x, Index) -> VectorD { return -rbm.free_energy(view(x)).array() - log_z; }};
}

double mean_log_likelihood(const Rbm& rbm, const Dataset& data, double log_z) {
  return log_likelihood(rbm, data, log_z).finish().mean;
}

}  // namespace wakesleep
