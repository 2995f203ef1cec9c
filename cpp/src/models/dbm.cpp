#include "wakesleep/dbm.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

#include "math/scalar.h"
#include "models/clamps.h"
#include "models/dbm_layers.h"
#include "models/dbm_tensors.h"

namespace wakesleep {
namespace {

std::size_t place(Index i) { return static_cast<std::size_t>(i); }

const std::vector<Index>& checked(const std::vector<Index>& layers, Index labels) {
  if (layers.size() < 3 || layers.size() > 16)
    throw std::out_of_range("layers must name 3 to 16 sizes, visible units first and 2 to 15 hidden layers, not " +
                            std::to_string(layers.size()));
  for (std::size_t l = 0; l + 1 < layers.size(); ++l)
    check(RbmShape{layers[l], layers[l + 1], l + 2 == layers.size() ? labels : 0});
  return layers;
}

// Weights without values and biases of zero.
DbmParameters initial(const std::vector<Index>& layers, Index labels) {
  DbmParameters result;
  for (std::size_t l = 0; l + 1 < layers.size(); ++l) result.W.emplace_back(layers[l], layers[l + 1]);
  for (const Index units : layers) result.b.push_back(Vector::Zero(units));
  if (labels) {
    result.W.emplace_back(labels, layers.back());
    result.b.push_back(Vector::Zero(labels));
  }
  return result;
}

// Entropy of a Bernoulli unit in nats.
double entropy(float mean) {
  const auto p = static_cast<double>(mean);
  double sum = 0;
  if (p > 0) sum -= p * math::log(p);
  if (p < 1) sum -= (1 - p) * math::log(1 - p);
  return sum;
}

double dot(const float* x, const float* y, Index n) {
  double sum = 0;
  for (Index i = 0; i < n; ++i) sum += static_cast<double>(x[i]) * static_cast<double>(y[i]);
  return sum;
}

constexpr Index rows_at_once = 256;

}  // namespace

Dbm::Dbm(const std::vector<Index>& layers, Index labels, std::uint64_t seed) : Dbm(layers, labels, seed, Undrawn{}) {
  FirstWeights(*this).finish();
}

Dbm::Dbm(const std::vector<Index>& layers, Index labels, std::uint64_t seed, Undrawn)
    : units_(checked(layers, labels)), labels_(labels), seed_(seed), parameters_(initial(layers, labels)) {}

Dbm::Dbm(const std::vector<Index>& layers, Index labels, std::uint64_t seed, DbmParameters parameters)
    : units_(checked(layers, labels)), labels_(labels), seed_(seed) {
  set_parameters(std::move(parameters));
}

void Dbm::set_parameters(DbmParameters parameters) {
  check_count("W", parameters.W.size(), layer_count() - 1);
  check_count("b", parameters.b.size(), layer_count());
  check_arrays(parameter_tensors(*this), parameters);
  parameters_ = std::move(parameters);
  training_ = {};
}

VectorD Dbm::energy(const std::vector<Matrix>& states) const {
  if (states.size() != place(layer_count()))
    throw std::out_of_range("states must be one matrix a layer, of which there are " + std::to_string(layer_count()) +
                            ", not " + std::to_string(states.size()));
  for (Index l = 0; l < layer_count(); ++l) {
    check_examples(("states[" + std::to_string(l) + "]").c_str(), view(states[place(l)]), units(l));
    if (states[place(l)].rows() != states[0].rows())
      throw std::out_of_range("states must have as many rows in every layer: " + std::to_string(states[0].rows()) +
                              " and " + std::to_string(states[place(l)].rows()));
  }
  // Every weight stands between an odd layer and an even one, so the odd layers' inputs hold them all.
  VectorD result = VectorD::Zero(states[0].rows());
  math::Workspace workspace;
  for (Index l = 0; l < layer_count(); ++l) {
    Matrix input(states[0].rows(), units(l));
    if (l % 2) {
      layer_input(*this, l, states, nullptr, input, workspace);
    } else {
      math::fill_rows(b(l), input);
    }
    for (Index r = 0; r < input.rows(); ++r)
      result[r] -= dot(input.data() + r * input.cols(), states[place(l)].data() + r * input.cols(), input.cols());
  }
  return result;
}

VectorD Dbm::variational_free_energy(const std::vector<Matrix>& means) const {
  VectorD result = energy(means);
  for (Index l = 1; l < layer_count(); ++l)
    for (Index r = 0; r < means[place(l)].rows(); ++r)
      for (Index j = 0; j < units(l); ++j) {
        const float mean = means[place(l)](r, j);
        if (l <= depth()) {
          result[r] -= entropy(mean);
        } else if (mean > 0) {
          result[r] += static_cast<double>(mean) * math::log(static_cast<double>(mean));
        }
      }
  return result;
}

std::vector<Matrix> Dbm::mean_field(const MatrixView& x, const MeanFieldOptions& options) const {
  check(options);
  check_examples("x", x, visible(), visible() + labels_);
  MeanField inference(*this, options);
  const Matrix v = x.leftCols(visible());
  inference.set_visible(view(v));
  if (x.cols() > visible()) {
    const Matrix given = x.rightCols(labels_);
    inference.hold_labels(view(given));
  }
  inference.run();
  std::vector<Matrix> result{v};
  for (Index l = 1; l < layer_count(); ++l) result.push_back(view(inference.means(l)));
  return result;
}

VectorD Dbm::free_energy(const MatrixView& x, const MeanFieldOptions& options) const {
  check(options);
  check_examples("x", x, visible(), visible() + labels_);
  VectorD result(x.rows());
  for (Index first = 0; first < x.rows(); first += rows_at_once) {
    const Index rows = std::min(rows_at_once, x.rows() - first);
    result.segment(first, rows) =
        variational_free_energy(mean_field(MatrixView(x.data() + first * x.cols(), rows, x.cols()), options));
  }
  return result;
}

MatrixD Dbm::label_free_energy(const MatrixView& x, const MeanFieldOptions& options) const {
  if (!labels_) throw std::invalid_argument("this DBM has no label units");
  check(options);
  check_examples("x", x, visible());
  MatrixD result(x.rows(), labels_);
  for (Index first = 0; first < x.rows(); first += rows_at_once) {
    const Index rows = std::min(rows_at_once, x.rows() - first);
    LabelFreeEnergies energies(*this, MatrixView(x.data() + first * x.cols(), rows, x.cols()), options);
    while (energies.iterate()) {
    }
    result.middleRows(first, rows) = energies.result();
  }
  return result;
}

LabelFreeEnergies::LabelFreeEnergies(const Dbm& dbm, const MatrixView& x, const MeanFieldOptions& options)
    : dbm_(&dbm), inference_(dbm, options), means_(place(dbm.layer_count())), result_(x.rows(), dbm.labels()) {
  means_[0] = x;
  inference_.set_visible(view(means_[0]));
  hold_label();
}

void LabelFreeEnergies::hold_label() {
  means_.back() = Matrix::Zero(means_[0].rows(), dbm_->labels());
  means_.back().col(label_).setOnes();
  inference_.hold_labels(view(means_.back()));
  inference_.start();
}

bool LabelFreeEnergies::iterate() {
  if (inference_.iterate()) return true;
  for (Index l = 1; l <= dbm_->depth(); ++l) means_[place(l)] = view(inference_.means(l));
  result_.col(label_) = dbm_->variational_free_energy(means_);
  if (++label_ == dbm_->labels()) return false;
  hold_label();
  return true;
}

Matrix Dbm::mean_v_from_h(const MatrixView& h, double temperature) const {
  const float scale = checked_inverse(temperature);
  check_examples("h", h, units(1));
  Matrix result(h.rows(), visible());
  math::fill_rows(b(0), result);
  math::Workspace workspace;
  math::add_product(h, {W(0), true}, result, workspace);
  math::bernoulli_means(result, visible(), scale);
  return result;
}

}  // namespace wakesleep
