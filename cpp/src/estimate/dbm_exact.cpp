#include <algorithm>
#include <limits>
#include <stdexcept>
#include <string>

#include "estimate/enumerable.h"
#include "math/scalar.h"
#include "math/slices.h"
#include "models/dbm_layers.h"
#include "wakesleep/dbm_estimate.h"
#include "wakesleep/inference.h"
#include "wakesleep/refusal.h"

namespace wakesleep {
namespace {

constexpr Index most_states_a_slice = 1 << 10;

std::size_t place(Index i) { return static_cast<std::size_t>(i); }

Index units_of_parity(const Dbm& dbm, Index parity, Index first) {
  Index units = 0;
  for (Index l = first; l < dbm.layer_count(); ++l)
    if (l % 2 == parity) units += dbm.units(l);
  return units;
}

double finished(DbmLogSum sum) {
  while (sum.step()) {
  }
  return sum.log_z();
}

void check_data(const Dbm& dbm, const Dataset& data) {
  if (data.width() != dbm.visible())
    throw std::out_of_range("the data set has " + std::to_string(data.width()) + " values an example, and the model " +
                            std::to_string(dbm.visible()) + " visible units");
  if (dbm.labels() && data.label_count() > dbm.labels())
    throw std::out_of_range("the data set has labels up to " + std::to_string(data.label_count() - 1) +
                            ", and the model " + std::to_string(dbm.labels()) + " label units");
}

}  // namespace

bool is_enumerable(const Dbm& dbm) {
  return std::min(units_of_parity(dbm, 0, 0), units_of_parity(dbm, 1, 0)) <= most_enumerable_units;
}

class DbmLogSum::Work {
 public:
  explicit Work(const Dbm& dbm);
  Work(const Dbm& dbm, const MatrixView& x, int label);
  bool step();
  double done() const;
  double log_z() const;

 private:
  void prepare(const char* instead);
  Index units_of(Index parity) const;
  Index states_a_slice() const;

  const Dbm* dbm_;
  std::vector<Vector> bias_;   // of the free layers: their own, and what the given layers add
  std::vector<char> is_free_;  // by layer
  double constant_ = 0;        // what the given layers have by themselves
  Index enumerated_ = 0;       // the parity of the layers whose states are enumerated
  std::uint64_t states_ = 0, next_ = 0;
  double largest_, sum_ = 0;
  std::vector<BitMatrix> block_;
  Matrix input_;
};

DbmLogSum::DbmLogSum(const Dbm& dbm) : work_(std::make_unique<Work>(dbm)) {}
DbmLogSum::DbmLogSum(const Dbm& dbm, const MatrixView& x, int label) : work_(std::make_unique<Work>(dbm, x, label)) {}
DbmLogSum::DbmLogSum(DbmLogSum&&) noexcept = default;
DbmLogSum& DbmLogSum::operator=(DbmLogSum&&) noexcept = default;
DbmLogSum::~DbmLogSum() = default;
bool DbmLogSum::step() { return work_->step(); }
double DbmLogSum::done() const { return work_->done(); }
double DbmLogSum::log_z() const { return work_->log_z(); }

DbmLogSum::Work::Work(const Dbm& dbm) : dbm_(&dbm), bias_(dbm.parameters().b), is_free_(place(dbm.layer_count()), 1) {
  prepare(annealing_instead);
}

DbmLogSum::Work::Work(const Dbm& dbm, const MatrixView& x, int label)
    : dbm_(&dbm), bias_(dbm.parameters().b), is_free_(place(dbm.layer_count()), 1) {
  check_examples("x", x, dbm.visible());
  if (x.rows() != 1) throw std::out_of_range("x must be one row, not " + std::to_string(x.rows()));
  if (label < -1 || label >= std::max<Index>(dbm.labels(), 0))
    throw std::out_of_range("label must be 0 to " + std::to_string(dbm.labels() - 1) + ", or none, not " +
                            std::to_string(label));
  is_free_[0] = 0;
  for (Index i = 0; i < dbm.visible(); ++i)
    constant_ += static_cast<double>(dbm.b(0)[i]) * static_cast<double>(x(0, i));
  Matrix input(1, dbm.units(1));
  math::fill_rows(dbm.b(1), input);
  math::Workspace workspace;
  math::add_product(x, dbm.W(0), input, workspace);
  bias_[1] = input.row(0);
  if (label >= 0) {
    is_free_.back() = 0;
    constant_ += static_cast<double>(bias_.back()[label]);
    bias_[place(dbm.depth())] += dbm.W(dbm.depth()).row(label).transpose();
  }
  prepare(": mean field bounds log p(v)");
}

Index DbmLogSum::Work::units_of(Index parity) const {
  Index units = 0;
  for (Index l = 0; l < dbm_->layer_count(); ++l)
    if (is_free_[place(l)] && l % 2 == parity) units += dbm_->units(l);
  return units;
}

void DbmLogSum::Work::prepare(const char* instead) {
  const Index odd = units_of(1), even = units_of(0);
  enumerated_ = odd <= even ? 1 : 0;
  if (std::min(odd, even) > most_enumerable_units)
    refuse({{"method", "an exact sum needs at most " + std::to_string(most_enumerable_units) +
                           " units in the odd layers or in the even ones, and this model has " + std::to_string(odd) +
                           " and " + std::to_string(even) + instead}});
  const Index labels = dbm_->layer_count() - 1;
  const bool label_states = dbm_->labels() && is_free_[place(labels)] && labels % 2 == enumerated_;
  const Index bits = std::min(odd, even) - (label_states ? dbm_->labels() : 0);
  states_ = (std::uint64_t{1} << bits) * static_cast<std::uint64_t>(label_states ? dbm_->labels() : 1);
  largest_ = -std::numeric_limits<double>::infinity();
  block_.resize(place(dbm_->layer_count()));
}

// The other layers have their products, and a softplus a unit.
Index DbmLogSum::Work::states_a_slice() const {
  double of_state = 20 * static_cast<double>(units_of(0) + units_of(1));
  for (Index l = 0; l < dbm_->layer_count(); ++l) {
    if (!is_free_[place(l)] || l % 2 == enumerated_) continue;
    dbm_->each_neighbour(l, [&](Index other, Index number, bool) {
      if (is_free_[place(other)]) of_state += static_cast<double>(dbm_->W(number).size());
    });
  }
  return std::min(most_states_a_slice, math::rows_a_slice(of_state));
}

double DbmLogSum::Work::done() const { return static_cast<double>(next_) / static_cast<double>(states_); }
double DbmLogSum::Work::log_z() const { return constant_ + largest_ + math::log(sum_); }

bool DbmLogSum::Work::step() {
  if (next_ == states_) return false;
  const std::uint64_t end = std::min(states_, next_ + static_cast<std::uint64_t>(states_a_slice()));
  const auto rows = static_cast<Index>(end - next_);
  std::vector<double> terms(place(rows), 0.0);
  // The bits of a state's number go to the enumerated layers in turn; what is left of it is the label.
  for (Index r = 0; r < rows; ++r) {
    std::uint64_t state = next_ + static_cast<std::uint64_t>(r);
    for (Index l = 0; l < dbm_->layer_count(); ++l) {
      if (!is_free_[place(l)] || l % 2 != enumerated_) continue;
      BitMatrix& block = block_[place(l)];
      const Index units = dbm_->units(l);
      if (r == 0) block.resize(rows, units);
      const auto turn_on = [&](Index j) {
        block.set(r, j, true);
        terms[place(r)] += static_cast<double>(bias_[place(l)][j]);
      };
      if (l > dbm_->depth()) {
        turn_on(static_cast<Index>(state));
        continue;
      }
      for (Index j = 0; j < units; ++j, state >>= 1)
        if (state & 1) turn_on(j);
    }
  }
  math::Workspace workspace;
  for (Index l = 0; l < dbm_->layer_count(); ++l) {
    if (!is_free_[place(l)] || l % 2 == enumerated_) continue;
    const Index units = dbm_->units(l);
    input_.resize(rows, units);
    math::fill_rows(bias_[place(l)], input_);
    dbm_->each_neighbour(l, [&](Index other, Index number, bool transposed) {
      if (is_free_[place(other)])
        math::add_product(block_[place(other)], {dbm_->W(number), transposed}, input_, workspace);
    });
    for (Index r = 0; r < rows; ++r) {
      const float* x = input_.data() + r * units;
      terms[place(r)] += l > dbm_->depth() ? math::log_sum_exp(x, units) : math::sum_softplus(x, nullptr, units);
    }
  }
  for (const double term : terms) {
    if (term > largest_) {
      sum_ = sum_ * math::exp(largest_ - term) + 1;
      largest_ = term;
    } else {
      sum_ += math::exp(term - largest_);
    }
  }
  next_ = end;
  return true;
}

double exact_log_partition(const Dbm& dbm) { return finished(DbmLogSum(dbm)); }

VectorD exact_free_energy(const Dbm& dbm, const MatrixView& x) {
  VectorD result(x.rows());
  for (Index r = 0; r < x.rows(); ++r)
    result[r] = -finished(DbmLogSum(dbm, MatrixView(x.data() + r * x.cols(), 1, x.cols())));
  return result;
}

MatrixD exact_label_free_energy(const Dbm& dbm, const MatrixView& x) {
  if (!dbm.labels()) throw std::invalid_argument("this DBM has no label units");
  MatrixD result(x.rows(), dbm.labels());
  for (Index r = 0; r < x.rows(); ++r)
    for (Index y = 0; y < dbm.labels(); ++y)
      result(r, y) = -finished(DbmLogSum(dbm, MatrixView(x.data() + r * x.cols(), 1, x.cols()), static_cast<int>(y)));
  return result;
}

double mean_log_likelihood(const Dbm& dbm, const Dataset& data, double log_z) {
  check_data(dbm, data);
  const bool with_labels = dbm.labels() > 0 && data.has_labels();
  double sum = 0;
  for (Index r = 0; r < data.count(); ++r) {
    const Matrix x = data.rows(r, 1);
    sum += finished(DbmLogSum(dbm, view(x), with_labels ? data.labels()[place(r)] : -1));
  }
  return sum / static_cast<double>(data.count()) - log_z;
}

}  // namespace wakesleep
