#include "wakesleep/familiarity.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

#include "math/scalar.h"
#include "math/thread_pool.h"
#include "models/familiarity_tensors.h"
#include "models/layer.h"
#include "wakesleep/dbn.h"

namespace wakesleep {
namespace {

// Probabilities nearer to 0 or 1 than a float's steps around 1 are taken for these.
constexpr double least_probability = 1e-6;

double clamped(float p) { return std::clamp(static_cast<double>(p), least_probability, 1 - least_probability); }

// -x log p - (1 - x) log(1 - p), summed.
double cross_entropy(const float* x, const float* p, Index n) {
  double sum = 0;
  for (Index i = 0; i < n; ++i) {
    const double q = clamped(p[i]), value = static_cast<double>(x[i]);
    sum -= value * math::log(q) + (1 - value) * math::log(1 - q);
  }
  return sum;
}

double entropy(const float* p, Index n) {
  double sum = 0;
  for (Index i = 0; i < n; ++i) {
    const double q = clamped(p[i]);
    sum -= q * math::log(q) + (1 - q) * math::log(1 - q);
  }
  return sum;
}

void add_machine(const Rbm& rbm, const Matrix& x, const Matrix& h, const VectorD& free_energy, Index machine,
                 MatrixD& values) {
  const Matrix back = rbm.mean_v_from_h(view(h));
  const double cost = 50.0 * static_cast<double>(x.cols() + h.cols());
  math::parallel_for(x.rows(), cost, [&](Index r) {
    double* const to = values.data() + r * values.cols() + 3 * machine;
    to[0] = free_energy[r];
    to[1] = cross_entropy(x.data() + r * x.cols(), back.data() + r * back.cols(), x.cols());
    to[2] = entropy(h.data() + r * h.cols(), h.cols());
  });
}

VectorD labels_summed_out(const MatrixD& free_energy) {
  VectorD result(free_energy.rows());
  for (Index r = 0; r < free_energy.rows(); ++r) {
    const double lowest = free_energy.row(r).minCoeff();
    double sum = 0;
    for (Index y = 0; y < free_energy.cols(); ++y) sum += math::exp(lowest - free_energy(r, y));
    result[r] = lowest - math::log(sum);
  }
  return result;
}

double margin(const MatrixD& free_energy, Index r) {
  double best = free_energy(r, 0), second = free_energy(r, 1);
  if (second < best) std::swap(best, second);
  for (Index y = 2; y < free_energy.cols(); ++y) {
    const double value = free_energy(r, y);
    if (value < best) {
      second = best;
      best = value;
    } else {
      second = std::min(second, value);
    }
  }
  return second - best;
}

// The machine with the labels, given what its visible units have, and the margin.
void add_top(const Rbm& rbm, const Matrix& x, Index machine, FamiliarityStatistics& of) {
  of.label_free_energy = rbm.label_free_energy(view(x));
  const Matrix h = rbm.mean_h_from_v(view(x));
  add_machine(rbm, x, h, labels_summed_out(of.label_free_energy), machine, of.values);
  for (Index r = 0; r < x.rows(); ++r)
    of.values(r, of.values.cols() - 1) = math::log(0.05 + margin(of.label_free_energy, r));
}

VectorD ink_of_rows(const MatrixView& x) {
  VectorD ink(x.rows());
  for (Index r = 0; r < x.rows(); ++r) {
    double sum = 0;
    for (Index i = 0; i < x.cols(); ++i) sum += static_cast<double>(x(r, i));
    ink[r] = sum / static_cast<double>(x.cols());
  }
  return ink;
}

void check_units(const Rbm& rbm) {
  if (!rbm.is_bernoulli())
    throw std::invalid_argument("how familiar an image is can be told by models of Bernoulli units alone");
}

float compressed(double z) {
  const double size = math::log(1 + std::abs(z));
  return static_cast<float>(z < 0 ? -size : size);
}

}  // namespace

bool Familiarity::operator==(const Familiarity& other) const {
  return ink == other.ink && expected == other.expected && W == other.W && b == other.b && w == other.w &&
         threshold == other.threshold;
}

void check_familiarity(const Rbm& rbm) {
  if (!rbm.labels()) throw std::invalid_argument("this model has no label units");
  check_units(rbm);
}

void check_familiarity(const Dbn& dbn) {
  check_familiarity(dbn.top());
  for (Index l = 0; l < dbn.depth(); ++l) check_units(dbn.rbm(l));
}

FamiliarityStatistics familiarity_statistics(const Rbm& rbm, const MatrixView& x) {
  check_familiarity(rbm);
  check_examples("x", x, rbm.visible());
  FamiliarityStatistics of{{}, MatrixD(x.rows(), familiarity_statistics(1)), ink_of_rows(x)};
  add_top(rbm, x, 0, of);
  return of;
}

FamiliarityStatistics familiarity_statistics(const Dbn& dbn, const MatrixView& x) {
  check_familiarity(dbn);
  check_examples("x", x, dbn.visible());
  FamiliarityStatistics of{{}, MatrixD(x.rows(), familiarity_statistics(dbn.depth())), ink_of_rows(x)};
  Matrix now = x;
  for (Index l = 0; l + 1 < dbn.depth(); ++l) {
    Matrix above = mean_h_from_v(dbn.rbm(l), dbn.R(l), view(now));
    add_machine(dbn.rbm(l), now, above, dbn.rbm(l).free_energy(view(now)), l, of.values);
    now = std::move(above);
  }
  add_top(dbn.top(), now, dbn.depth() - 1, of);
  return of;
}

Matrix familiarity_inputs(const Familiarity& familiarity, const FamiliarityStatistics& of) {
  const Index rows = of.values.rows(), statistics = of.values.cols(), labels = of.label_free_energy.cols();
  const std::vector<int> best = best_labels(of.label_free_energy);
  Matrix inputs = Matrix::Zero(rows, 1 + statistics + labels);
  for (Index r = 0; r < rows; ++r) {
    const double u = (of.ink[r] - static_cast<double>(familiarity.ink[0])) / static_cast<double>(familiarity.ink[1]);
    const Index label = best[static_cast<std::size_t>(r)];
    const float* terms = familiarity.expected.data() + label * familiarity.expected.cols();
    inputs(r, 0) = compressed(u);
    for (Index s = 0; s < statistics; ++s, terms += Familiarity::terms) {
      const auto term = [&](Index i) { return static_cast<double>(terms[i]); };
      const double expected = term(0) + u * (term(1) + u * term(2));
      inputs(r, 1 + s) = compressed((of.values(r, s) - expected) / std::max(term(3) + u * term(4), term(5)));
    }
    inputs(r, 1 + statistics + label) = 1;
  }
  return inputs;
}

VectorD strangeness(const Familiarity& familiarity, const FamiliarityStatistics& of) {
  const Matrix inputs = familiarity_inputs(familiarity, of);
  VectorD result(inputs.rows());
  for (Index r = 0; r < inputs.rows(); ++r) {
    double sum = 0;
    for (Index j = 0; j < Familiarity::units; ++j) {
      double input = static_cast<double>(familiarity.b[j]);
      for (Index i = 0; i < inputs.cols(); ++i)
        input += static_cast<double>(inputs(r, i)) * static_cast<double>(familiarity.W(i, j));
      sum += static_cast<double>(familiarity.w[j]) / (1 + math::exp(-input));
    }
    result[r] = sum - static_cast<double>(familiarity.threshold[0]);
  }
  return result;
}

void check(const Familiarity& familiarity, Index labels, Index machines) {
  check_arrays(familiarity_tensors(labels, machines), familiarity_arrays(familiarity));
  if (!(familiarity.ink[1] > 0)) throw std::out_of_range("familiar.ink has a deviation that is not above 0");
  for (Index y = 0; y < labels; ++y)
    for (Index i = Familiarity::terms - 1; i < familiarity.expected.cols(); i += Familiarity::terms)
      if (!(familiarity.expected(y, i) > 0))
        throw std::out_of_range("familiar.expected has a least deviation that is not above 0");
}

}  // namespace wakesleep
