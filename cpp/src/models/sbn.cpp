#include "wakesleep/sbn.h"

#include <cmath>
#include <numeric>
#include <stdexcept>
#include <string>

#include "math/products.h"
#include "math/sampling.h"
#include "models/sbn_states.h"
#include "models/sbn_tensors.h"
#include "wakesleep/random.h"
#include "wakesleep/rbm.h"

namespace wakesleep {
namespace {

constexpr Index most_units = Index{1} << 20;
constexpr Index most_weights = Index{1} << 27;
constexpr Index most_samples = Index{1} << 20;
constexpr float first_deviation = 0.1f;

std::size_t at(Index layer) { return static_cast<std::size_t>(layer); }
std::string name_of(const char* name, Index layer) { return std::string(name) + "[" + std::to_string(layer) + "]"; }

std::vector<Index> checked(const std::vector<Index>& layers) {
  const auto count = static_cast<Index>(layers.size());
  if (count < 2 || count > Sbn::most_layers)
    throw std::out_of_range("layers must name 2 to " + std::to_string(Sbn::most_layers) +
                            " sizes, visible units first, not " + std::to_string(count));
  for (Index l = 0; l < count; ++l)
    if (layers[at(l)] < 1 || layers[at(l)] > most_units)
      throw std::out_of_range(name_of("layers", l) + " must be 1 to " + std::to_string(most_units) + " units, not " +
                              std::to_string(layers[at(l)]));
  for (Index l = 0; l + 1 < count; ++l)
    if (layers[at(l)] > most_weights / layers[at(l + 1)])
      throw std::out_of_range("between layers of " + std::to_string(layers[at(l)]) + " and " +
                              std::to_string(layers[at(l + 1)]) +
                              " units there are more than the most weights allowed, " + std::to_string(most_weights));
  return layers;
}

void check_index(const char* name, Index value, Index count) {
  if (value < 0 || value >= count)
    throw std::out_of_range(std::string(name) + " must be 0 to " + std::to_string(count - 1) + ", not " +
                            std::to_string(value));
}

}  // namespace

BitMatrix bits_of(const char* name, const MatrixView& x, Index columns, Index first_row) {
  check_examples(name, x, columns, -1, first_row);
  BitMatrix bits(x.rows(), columns);
  for (Index r = 0; r < x.rows(); ++r)
    for (Index c = 0; c < columns; ++c) {
      if (x(r, c) != 0 && x(r, c) != 1)
        throw std::out_of_range(std::string(name) + " must be 0 or 1, the states of binary units: row " +
                                std::to_string(first_row + r) + ", column " + std::to_string(c) + " is " +
                                std::to_string(x(r, c)));
      if (x(r, c) == 1) bits.set(r, c, true);
    }
  return bits;
}

void SbnPasses::draw_top(math::RowRange some, Index all, const Vector& b, std::uint64_t step, SbnStates& states) {
  const auto top = static_cast<Index>(states.size()) - 1;
  math::Place place = place_of_layer(seed_, down_, step, top);
  place.first_row += static_cast<std::uint32_t>(some.first);
  inputs_.resize(some.count, b.size());
  math::fill_rows(b, inputs_);
  some_drawn_.resize(some.count, b.size());
  math::sample_bernoulli(inputs_, b.size(), 1, {&some_drawn_, place});
  states.back().shape(all, b.size());
  some_drawn_.put_rows(states.back(), some.first);
}

void SbnPasses::draw(math::RowRange some, const BitMatrix& given, const math::Operand& weights, const Vector& bias,
                     const Where& where, BitMatrix& to, Scratch* means) {
  const Index all = given.rows();
  math::Place place = place_of_layer(seed_, where.stream, where.step, where.layer);
  if (means && some.first == 0) means->resize(all, weights.cols);
  float* const first_mean = means ? means->row(some.first) : nullptr;
  if (some.count == all) return draw(given, weights, bias, place, to, first_mean);
  place.first_row += static_cast<std::uint32_t>(some.first);
  some_given_.take_rows(given, some.first, some.count);
  draw(some_given_, weights, bias, place, some_drawn_, first_mean);
  to.shape(all, weights.cols);
  some_drawn_.put_rows(to, some.first);
}

void SbnPasses::draw(const BitMatrix& given, const math::Operand& weights, const Vector& bias, const math::Place& place,
                     BitMatrix& to, float* means) {
  to.resize(given.rows(), weights.cols);
  math::Outcome outcome{weights.cols, 1, {&to, place}};
  if (means) {
    outcome.means = means;
    outcome.means_stride = weights.cols;
    outcome.mean_rows = given.rows();
  }
  math::draw_given(given, weights, bias, outcome, workspace_);
}

FirstWeights::FirstWeights(Sbn& net, Way way) {
  const bool up = way == Way::up;
  for (Index l = 0; l < net.depth(); ++l)
    add(up ? net.mutable_R(l) : net.mutable_W(l), first_deviation, net.seed(), up ? 1 : 0, l);
}

Sbn::Sbn(const std::vector<Index>& layers, std::uint64_t seed) : Sbn(layers, seed, Undrawn{}) {
  FirstWeights(*this).finish();
}

Sbn::Sbn(const std::vector<Index>& layers, std::uint64_t seed, Undrawn) : layers_(checked(layers)), seed_(seed) {
  for (Index l = 0; l < layer_count(); ++l) {
    if (l < depth()) parameters_.W.emplace_back(units(l), units(l + 1));
    parameters_.b.push_back(Vector::Zero(units(l)));
  }
}

Sbn::Sbn(const std::vector<Index>& layers, std::uint64_t seed, SbnParameters parameters)
    : layers_(checked(layers)), seed_(seed) {
  set_parameters(std::move(parameters));
}

Index Sbn::hidden() const { return std::accumulate(layers_.begin() + 1, layers_.end(), Index{0}); }

void Sbn::set_parameters(SbnParameters parameters) {
  const bool recognition = !parameters.R.empty() || !parameters.c.empty();
  check_count("W", parameters.W.size(), depth());
  check_count("b", parameters.b.size(), layer_count());
  if (recognition) {
    check_count("R", parameters.R.size(), depth());
    check_count("c", parameters.c.size(), depth());
  }
  check_arrays(parameter_tensors(layers_, recognition), parameters);
  if (!recognition) {
    parameters.R = std::move(parameters_.R);
    parameters.c = std::move(parameters_.c);
  }
  parameters_ = std::move(parameters);
  training_ = {};
}

void Sbn::set_weight(Index layer, Index child, Index parent, float value) {
  check_index("layer", layer, depth());
  check_index("child", child, units(layer));
  check_index("parent", parent, units(layer + 1));
  check_finite("the weight", {&value, 1});
  parameters_.W[at(layer)](child, parent) = value;
  training_ = {};
}

void Sbn::set_bias(Index layer, Index unit, float value) {
  check_index("layer", layer, layer_count());
  check_index("unit", unit, units(layer));
  check_finite("the bias", {&value, 1});
  parameters_.b[at(layer)][unit] = value;
  training_ = {};
}

void Sbn::start_recognition() {
  if (has_recognition()) return;
  for (Index l = 0; l < depth(); ++l) {
    parameters_.R.emplace_back(units(l), units(l + 1));
    parameters_.c.push_back(Vector::Zero(units(l + 1)));
  }
  FirstWeights(*this, FirstWeights::Way::up).finish();
}

namespace {

Matrix means_given(const MatrixView& given, const math::Operand& weights, const Vector& bias) {
  Matrix result(given.rows(), weights.cols);
  math::fill_rows(bias, result);
  math::Workspace workspace;
  math::add_product(given, weights, result, workspace);
  math::bernoulli_means(result, weights.cols, 1);
  return result;
}

}  // namespace

Matrix Sbn::down(const MatrixView& above, Index layer) const {
  check_index("layer", layer, depth());
  check_examples("states above", above, units(layer + 1));
  return means_given(above, {W(layer), true}, b(layer));
}

Matrix Sbn::up(const MatrixView& below, Index layer) const {
  if (!has_recognition()) throw std::invalid_argument("this net has no recognition weights");
  check_index("layer", layer, depth());
  check_examples("states below", below, units(layer));
  return means_given(below, R(layer), c(layer));
}

SbnSamples Sbn::sample(Index count, std::uint64_t seed, std::uint64_t group) const {
  if (count < 1 || count > most_samples)
    throw std::out_of_range("count must be 1 to " + std::to_string(most_samples) + ", not " + std::to_string(count));
  if (group >= std::uint64_t{1} << 20)
    throw std::out_of_range("group must be below 2^20, not " + std::to_string(group));
  SbnSamples samples;
  SbnPasses passes(seed, SbnStream::down, SbnStream::up);
  passes.draw_top(*this, count, group, samples.states);
  Scratch means;
  passes.draw_down(*this, group, samples.states, &means);
  samples.means = view(means);
  return samples;
}

VectorD Sbn::log_joint(const std::vector<Matrix>& states) const {
  check_count("states", states.size(), layer_count());
  const Index rows = states[0].rows();
  std::vector<BitMatrix> bits;
  for (Index l = 0; l < layer_count(); ++l) {
    if (states[at(l)].rows() != rows)
      throw std::out_of_range("states must have as many rows in every layer: " + std::to_string(rows) + " and " +
                              std::to_string(states[at(l)].rows()));
    bits.push_back(bits_of("states", view(states[at(l)]), units(l)));
  }
  VectorD result = VectorD::Zero(rows);
  math::Workspace workspace;
  for (Index l = 0; l < layer_count(); ++l) {
    Matrix inputs(rows, units(l));
    math::fill_rows(b(l), inputs);
    if (l < depth()) math::add_product(bits[at(l + 1)], {W(l), true}, inputs, workspace);
    // log p(s_i | x_i) = s_i x_i - log(1 + e^x_i).
    for (Index r = 0; r < rows; ++r) {
      const float* x = inputs.data() + r * units(l);
      for (Index i = 0; i < units(l); ++i)
        if (bits[at(l)].get(r, i)) result[r] += static_cast<double>(x[i]);
      result[r] -= math::sum_softplus(x, nullptr, units(l));
    }
  }
  return result;
}

Sbn earthquake_and_truck() {
  return Sbn({1, 2}, 1, {{Matrix::Constant(1, 2, 20)}, {Vector::Constant(1, -20), Vector::Constant(2, -10)}});
}

}  // namespace wakesleep
