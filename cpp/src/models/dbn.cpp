#include "wakesleep/dbn.h"

#include <stdexcept>
#include <string>

#include "math/scalar.h"
#include "models/dbn_tensors.h"
#include "models/layer.h"

namespace wakesleep {
namespace {

std::vector<Rbm> stack(const std::vector<Index>& layers, Index labels, std::uint64_t seed,
                       const std::vector<Units>& units) {
  if (layers.size() < 2)
    throw std::out_of_range("layers must name at least two sizes, visible and hidden, not " +
                            std::to_string(layers.size()));
  if (layers.size() > 16)
    throw std::out_of_range("layers must name at most 16 sizes, not " + std::to_string(layers.size()));
  if (!units.empty() && units.size() != layers.size())
    throw std::out_of_range("units must be one for each of the " + std::to_string(layers.size()) + " layers, not " +
                            std::to_string(units.size()));
  const auto units_of = [&](std::size_t layer) { return units.empty() ? Units{} : units[layer]; };
  std::vector<Rbm> rbms;
  // The layers' seeds differ, or machines of the same size would start, and sample, alike.
  for (std::size_t i = 0; i + 1 < layers.size(); ++i)
    rbms.emplace_back(
        RbmShape{layers[i], layers[i + 1], i + 2 == layers.size() ? labels : 0, units_of(i), units_of(i + 1)}, seed + i,
        Undrawn{});
  return rbms;
}

}  // namespace

Dbn::Dbn(const std::vector<Index>& layers, Index labels, std::uint64_t seed, const std::vector<Units>& units)
    : Dbn(layers, labels, seed, units, Undrawn{}) {
  FirstWeights(*this).finish();
}

Dbn::Dbn(const std::vector<Index>& layers, Index labels, std::uint64_t seed, const std::vector<Units>& units, Undrawn)
    : rbms_(stack(layers, labels, seed, units)) {}

Dbn::Dbn(std::vector<Rbm> rbms) : rbms_(std::move(rbms)) {
  if (rbms_.empty()) throw std::out_of_range("a DBN needs at least one RBM");
  for (std::size_t i = 0; i + 1 < rbms_.size(); ++i) {
    if (rbms_[i].hidden() != rbms_[i + 1].visible())
      throw std::out_of_range("the RBMs of a DBN must fit: " + std::to_string(rbms_[i].hidden()) +
                              " hidden units below " + std::to_string(rbms_[i + 1].visible()) + " visible ones");
    const Units &below = rbms_[i].shape().hidden_units, &above = rbms_[i + 1].shape().visible_units;
    if (below != above)
      throw std::out_of_range(std::string("the RBMs of a DBN must fit: ") + name_of(below.type) +
                              " hidden units below " + name_of(above.type) + " visible ones");
    if (rbms_[i].labels()) throw std::out_of_range("only the top RBM of a DBN may have label units");
  }
}

std::vector<Index> Dbn::layers() const {
  std::vector<Index> sizes{visible()};
  for (const Rbm& rbm : rbms_) sizes.push_back(rbm.hidden());
  return sizes;
}

void Dbn::set_recognition(std::vector<Matrix> R) {
  if (depth() < 2) throw std::invalid_argument("a DBN of one machine has nothing below its top to recognise with");
  for (const Rbm& rbm : rbms_)
    if (!rbm.is_bernoulli()) throw std::invalid_argument("recognition weights of their own are for Bernoulli units");
  check_count("R", R.size(), depth() - 1);
  check_arrays(recognition_tensors(*this), R);
  recognition_ = std::move(R);
  ++changes_;
}

void Dbn::set_familiarity(std::optional<Familiarity> familiarity) {
  check_familiarity(*this);
  if (familiarity) check(*familiarity, labels(), depth());
  familiarity_.set(std::move(familiarity), changes());
}

std::uint64_t Dbn::changes() const {
  std::uint64_t changes = changes_;
  for (const Rbm& rbm : rbms_) changes += rbm.changes();
  return changes;
}

void Dbn::untie_recognition() {
  if (has_recognition()) return;
  std::vector<Matrix> R;
  for (Index l = 0; l + 1 < depth(); ++l) R.push_back(rbm(l).W());
  set_recognition(std::move(R));
  for (Rbm& rbm : rbms_) {
    RbmTrainingState kept;
    kept.epoch = rbm.training_state().epoch;
    kept.step = rbm.training_state().step;
    rbm.training_state() = std::move(kept);
  }
}

Matrix Dbn::up(const MatrixView& x, Index layer) const {
  if (layer < 0 || layer > depth())
    throw std::out_of_range("layer must be 0 to " + std::to_string(depth()) + ", not " + std::to_string(layer));
  if (x.cols() != visible())
    throw std::out_of_range("x must have " + std::to_string(visible()) + " values a row, not " +
                            std::to_string(x.cols()));
  Matrix now = x;
  for (Index l = 0; l < layer; ++l) now = mean_h_from_v(rbm(l), R(l), view(now));
  return now;
}

Matrix Dbn::down(const MatrixView& top_visible) const {
  if (top_visible.cols() != top().visible())
    throw std::out_of_range("states below the top must have " + std::to_string(top().visible()) +
                            " values a row, not " + std::to_string(top_visible.cols()));
  Matrix now = top_visible;
  for (Index l = depth() - 2; l >= 0; --l) now = rbm(l).mean_v_from_h(view(now));
  return now;
}

MatrixD Dbn::label_free_energy(const MatrixView& x) const { return top().label_free_energy(view(up(x, depth() - 1))); }

bool Dbn::may_start_from_transpose(Index layer) const {
  return layer >= 1 && layer < depth() && rbm(layer).hidden() == rbm(layer - 1).visible();
}

void Dbn::start_layer_from_transpose(Index layer) {
  if (layer < 1 || layer >= depth())
    throw std::out_of_range("the layer to start from the transpose of the one below must be 1 to " +
                            std::to_string(depth() - 1) + ", not " + std::to_string(layer));
  const Rbm& below = rbm(layer - 1);
  Rbm& above = rbm(layer);
  if (!may_start_from_transpose(layer))
    throw std::out_of_range(
        "a layer that starts from the transpose of the one below must have as many hidden units as that has "
        "visible ones, " +
        std::to_string(below.visible()) + ", not " + std::to_string(above.hidden()));
  Matrix W = Matrix::Zero(above.width(), above.hidden());
  W.topRows(above.visible()) = below.W().transpose();
  Vector b = Vector::Zero(above.width());
  b.head(above.visible()) = below.c();
  above.set_parameters(std::move(W), std::move(b), below.b());
}

std::vector<int> best_labels(const MatrixD& free_energy) {
  std::vector<int> labels;
  for (Index r = 0; r < free_energy.rows(); ++r) {
    Index best = 0;
    free_energy.row(r).minCoeff(&best);
    labels.push_back(static_cast<int>(best));
  }
  return labels;
}

Matrix label_probabilities(const MatrixD& free_energy) {
  Matrix result(free_energy.rows(), free_energy.cols());
  for (Index r = 0; r < free_energy.rows(); ++r) {
    const double lowest = free_energy.row(r).minCoeff();
    double sum = 0;
    for (Index y = 0; y < free_energy.cols(); ++y) sum += math::exp(lowest - free_energy(r, y));
    for (Index y = 0; y < free_energy.cols(); ++y)
      result(r, y) = static_cast<float>(math::exp(lowest - free_energy(r, y)) / sum);
  }
  return result;
}

}  // namespace wakesleep
