#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

#include "boltzmann/checks.h"
#include "wakesleep/boltzmann.h"

namespace wakesleep {

using math::shortest_text;

namespace {

std::string place(Index i, Index j) { return "[" + std::to_string(i) + ", " + std::to_string(j) + "]"; }

void check_shape(const BoltzmannMachine::Shape& shape) {
  const auto most = BoltzmannMachine::most_units;
  boltzmann::check_count("visible", shape.visible, 1, most);
  boltzmann::check_count("hidden", shape.hidden, 0, most - shape.visible);
}

void check_finite(const std::string& name, float value) {
  if (!std::isfinite(value))
    throw std::out_of_range(name + " must be a finite number, not " + shortest_text(static_cast<double>(value)));
}

}  // namespace

void boltzmann::check_count(const char* name, Index value, Index low, Index high) {
  if (value < low || value > high)
    throw std::out_of_range(std::string(name) + " must be " + std::to_string(low) + " to " + std::to_string(high) +
                            ", not " + std::to_string(value));
}

void boltzmann::check_temperature(double temperature) {
  if (!(temperature >= coldest && temperature <= hottest))
    throw std::out_of_range("temperature must be 0.000001 to 1000000, not " + shortest_text(temperature));
}

std::vector<Connection> all_connections(Index units) {
  std::vector<Connection> all;
  for (Index i = 0; i < units; ++i)
    for (Index j = i + 1; j < units; ++j) all.emplace_back(i, j);
  return all;
}

std::vector<Connection> restricted_connections(Index visible, Index hidden) {
  std::vector<Connection> all;
  for (Index i = 0; i < visible; ++i)
    for (Index j = 0; j < hidden; ++j) all.emplace_back(i, visible + j);
  return all;
}

BoltzmannMachine::BoltzmannMachine(Shape shape, const std::vector<Connection>& connections, std::uint64_t seed,
                                   double weight_scale)
    : shape_(shape), seed_(seed) {
  check_shape(shape);
  if (!(weight_scale >= 0 && weight_scale <= 1000))
    throw std::out_of_range("weightScale must be 0 to 1000, not " + shortest_text(weight_scale));
  const Index units = shape.visible + shape.hidden;
  biases_ = Vector::Zero(units);
  weights_ = Matrix::Zero(units, units);
  neighbours_.resize(static_cast<std::size_t>(units));
  for (const auto& [i, j] : connections) {
    check_unit("connections", i);
    check_unit("connections", j);
    if (i == j)
      throw std::out_of_range("connections must be of two units, not of " + std::to_string(i) + " with itself");
    neighbours_[static_cast<std::size_t>(i)].push_back(j);
    neighbours_[static_cast<std::size_t>(j)].push_back(i);
  }
  for (Index i = 0; i < units; ++i) {
    auto& own = neighbours_[static_cast<std::size_t>(i)];
    std::sort(own.begin(), own.end());
    const auto twice = std::adjacent_find(own.begin(), own.end());
    if (twice != own.end())
      throw std::out_of_range("connections must be given once, and " + place(i, *twice) + " came twice");
  }
  Random random(seed, Stream::weights);
  for (Index i = 0; i < units; ++i)
    for (const Index j : neighbours(i))
      if (i < j) weights_(i, j) = weights_(j, i) = static_cast<float>(weight_scale * random.normal());
  colour();
}

void BoltzmannMachine::colour() {
  colours_.assign(neighbours_.size(), -1);
  std::vector<char> taken;
  for (Index i = 0; i < units(); ++i) {
    taken.assign(neighbours_.size() + 1, 0);
    for (const Index j : neighbours(i))
      if (j < i) taken[static_cast<std::size_t>(colours_[static_cast<std::size_t>(j)])] = 1;
    const Index own = std::find(taken.begin(), taken.end(), 0) - taken.begin();
    colours_[static_cast<std::size_t>(i)] = own;
    colour_count_ = std::max(colour_count_, own + 1);
  }
  for (Index c = 0; c < colour_count_; ++c)
    for (Index i = 0; i < units(); ++i)
      if (colours_[static_cast<std::size_t>(i)] == c) order_.push_back(i);
}

void BoltzmannMachine::check_unit(const char* name, Index unit) const {
  if (unit < 0 || unit >= units())
    throw std::out_of_range(std::string(name) + " must be of units 0 to " + std::to_string(units() - 1) + ", not " +
                            std::to_string(unit));
}

bool BoltzmannMachine::connected(Index i, Index j) const {
  return std::binary_search(neighbours(i).begin(), neighbours(i).end(), j);
}

void BoltzmannMachine::set_parameters(const Matrix& weights, const Vector& biases) {
  const Index n = units();
  if (weights.rows() != n || weights.cols() != n)
    throw std::out_of_range("W must be " + std::to_string(n) + " x " + std::to_string(n) + ", not " +
                            std::to_string(weights.rows()) + " x " + std::to_string(weights.cols()));
  if (biases.size() != n)
    throw std::out_of_range("b must have " + std::to_string(n) + " entries, not " + std::to_string(biases.size()));
  for (Index i = 0; i < n; ++i) {
    check_finite("b[" + std::to_string(i) + "]", biases[i]);
    for (Index j = 0; j < n; ++j) {
      const float value = weights(i, j);
      check_finite("W" + place(i, j), value);
      if (value != weights(j, i))
        throw std::out_of_range("W must be symmetric: W" + place(i, j) + " is " +
                                shortest_text(static_cast<double>(value)) + ", and W" + place(j, i) + " is " +
                                shortest_text(static_cast<double>(weights(j, i))));
      if (value == 0) continue;
      if (i == j)
        throw std::out_of_range("W must be 0 on its diagonal: W" + place(i, i) + " is " +
                                shortest_text(static_cast<double>(value)));
      if (!connected(i, j))
        throw std::out_of_range("W must be 0 between units that are not connected: W" + place(i, j) + " is " +
                                shortest_text(static_cast<double>(value)));
    }
  }
  weights_ = weights;
  biases_ = biases;
}

void BoltzmannMachine::set_weight(Index i, Index j, float value) {
  check_unit("i", i);
  check_unit("j", j);
  if (!connected(i, j)) throw std::out_of_range("units " + place(i, j) + " are not connected");
  check_finite("value", value);
  weights_(i, j) = weights_(j, i) = value;
}

void BoltzmannMachine::set_bias(Index i, float value) {
  check_unit("i", i);
  check_finite("value", value);
  biases_[i] = value;
}

void BoltzmannMachine::store(const Matrix& patterns) {
  check_binary_rows("patterns", patterns, units());
  const Matrix spins = 2 * patterns.array() - 1;
  const float scale = 4 / static_cast<float>(units());
  Vector sums = Vector::Zero(units());
  for (Index i = 0; i < units(); ++i)
    for (const Index j : neighbours(i)) {
      float sum = 0;  // a whole number, so that no order of its terms is better than another
      for (Index r = 0; r < spins.rows(); ++r) sum += spins(r, i) * spins(r, j);
      weights_(i, j) = scale * sum;
      sums[i] += sum;
    }
  biases_ = sums * (-scale / 2);
}

double BoltzmannMachine::input(Index unit, const float* states) const {
  double sum = static_cast<double>(biases_[unit]);
  const float* row = weights_.data() + unit * units();
  for (const Index j : neighbours(unit)) sum += static_cast<double>(row[j]) * static_cast<double>(states[j]);
  return sum;
}

double BoltzmannMachine::energy(const float* states) const {
  double sum = 0;
  for (Index i = 0; i < units(); ++i) {
    if (states[i] == 0) continue;
    sum -= static_cast<double>(biases_[i]);
    for (const Index j : neighbours(i))
      if (j < i) sum -= static_cast<double>(weights_(i, j)) * static_cast<double>(states[j]);
  }
  return sum;
}

VectorD BoltzmannMachine::energies(const Matrix& states) const {
  check_binary_rows("states", states, units());
  VectorD out(states.rows());
  for (Index r = 0; r < states.rows(); ++r) out[r] = energy(states.data() + r * units());
  return out;
}

void check_binary_rows(const char* name, const Matrix& rows, Index width) {
  if (rows.rows() == 0 || rows.cols() != width)
    throw std::out_of_range(std::string(name) + " must be rows of " + std::to_string(width) + " values, not " +
                            std::to_string(rows.rows()) + " x " + std::to_string(rows.cols()));
  for (Index r = 0; r < rows.rows(); ++r)
    for (Index c = 0; c < width; ++c)
      if (rows(r, c) != 0 && rows(r, c) != 1)
        throw std::out_of_range(std::string(name) + " must be 0 or 1, the states of binary units: row " +
                                std::to_string(r) + " has " + shortest_text(static_cast<double>(rows(r, c))) +
                                " in column " + std::to_string(c));
}

std::vector<Index> free_units(const BoltzmannMachine& machine, const BoltzmannClamp& clamp) {
  const Index n = machine.units();
  const auto check_length = [n](const char* name, const Vector& v) {
    if (v.size() != n)
      throw std::out_of_range(std::string(name) + " must have " + std::to_string(n) + " entries, not " +
                              std::to_string(v.size()));
  };
  std::vector<Index> free;
  if (clamp.mask.size() > 0 || clamp.values.size() > 0) check_length("clamp.mask", clamp.mask);
  if (clamp.values.size() > 0) check_length("clamp.values", clamp.values);
  for (Index i = 0; i < n; ++i) {
    if (clamp.mask.size() == 0 || clamp.mask[i] == 0) {
      free.push_back(i);
    } else if (clamp.values.size() > 0 && clamp.values[i] != 0 && clamp.values[i] != 1) {
      throw std::out_of_range("clamp.values must be 0 or 1, and unit " + std::to_string(i) + " is held at " +
                              shortest_text(static_cast<double>(clamp.values[i])));
    }
  }
  return free;
}

}  // namespace wakesleep
