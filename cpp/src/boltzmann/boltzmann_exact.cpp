#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>

#include "boltzmann/checks.h"
#include "math/slices.h"
#include "wakesleep/boltzmann_exact.h"

namespace wakesleep {

namespace {

void check_few(const std::vector<Index>& free, Index most, const char* what) {
  if (std::ssize(free) > most)
    throw std::out_of_range(std::string(what) + " must be of at most " + std::to_string(most) +
                            " units that are not held, not " + std::to_string(free.size()));
}

VectorD held_values(const BoltzmannMachine& machine, const BoltzmannClamp& clamp) {
  VectorD held = VectorD::Zero(machine.units());
  for (Index i = 0; i < clamp.mask.size(); ++i)
    if (clamp.mask[i] != 0 && clamp.values.size() > 0) held[i] = static_cast<double>(clamp.values[i]);
  return held;
}

double weight(const BoltzmannMachine& machine, Index i, Index j) {
  return static_cast<double>(machine.weights()(i, j));
}

bool has(std::uint64_t state, Index bit) { return (state >> bit) & 1; }

// The input of a unit from those that are held.
double held_input(const BoltzmannMachine& machine, const VectorD& held, Index unit) {
  double sum = static_cast<double>(machine.biases()[unit]);
  for (const Index j : machine.neighbours(unit)) sum += weight(machine, unit, j) * held[j];
  return sum;
}

// -E / T of the held units alone.
double held_energy(const BoltzmannMachine& machine, const VectorD& held, double temperature) {
  const Vector states = held.cast<float>();
  return -machine.energy(states.data()) / temperature;
}

// Adds to out, of 2^count numbers, `linear[k]` for every bit k that is set in a state and `pairs(k, l)` for two.
template <class Pairs>
void add_interactions(std::vector<double>& out, const VectorD& linear, Pairs pairs) {
  const auto count = linear.size();
  for (Index k = 0; k < count; ++k) {
    const std::size_t half = std::size_t{1} << k;
    for (std::size_t s = 0; s < half; ++s) {
      double more = linear[k];
      for (Index l = 0; l < k; ++l)
        if (has(s, l)) more += pairs(k, l);
      out[s + half] = out[s] + more;
    }
  }
}

void add_linear(std::vector<double>& out, const VectorD& linear) {
  for (Index k = 0; k < linear.size(); ++k) {
    const std::size_t half = std::size_t{1} << k;
    for (std::size_t s = 0; s < half; ++s) out[s + half] = out[s] + linear[k];
  }
}

constexpr Index most_low = 12;

}  // namespace

BoltzmannSums::BoltzmannSums(const BoltzmannMachine& machine, const BoltzmannClamp& clamp, double temperature)
    : machine_(&machine), temperature_(temperature), free_(free_units(machine, clamp)) {
  boltzmann::check_temperature(temperature);
  check_few(free_, most_units_of_sums, "exact sums");
  held_ = held_values(machine, clamp);
  low_ = std::min<Index>(std::ssize(free_), most_low);
  high_ = std::ssize(free_) - low_;
  energies_.assign(std::size_t{1} << low_, held_energy(machine, held_, temperature));
  VectorD linear(low_);
  for (Index k = 0; k < low_; ++k)
    linear[k] = held_input(machine, held_, free_[static_cast<std::size_t>(k)]) / temperature;
  add_interactions(energies_, linear, [&](Index k, Index l) {
    return weight(machine, free_[static_cast<std::size_t>(k)], free_[static_cast<std::size_t>(l)]) / temperature;
  });
  largest_ = -std::numeric_limits<double>::infinity();
  sums_ = MatrixD::Zero(machine.units(), machine.units());
  weights_.resize(energies_.size());
}

// A block has one state of the higher free units, and all of the lower ones.
void BoltzmannSums::add_block() {
  const auto unit = [&](Index k) { return free_[static_cast<std::size_t>(k)]; };
  std::vector<Index> on;
  double base = 0;
  for (Index k = 0; k < high_; ++k) {
    if (!has(next_, k)) continue;
    const Index i = unit(low_ + k);
    base += held_input(*machine_, held_, i);
    for (const Index j : on) base += weight(*machine_, i, j);
    on.push_back(i);
  }
  VectorD linear = VectorD::Zero(low_);
  for (Index k = 0; k < low_; ++k)
    for (const Index i : on) linear[k] += weight(*machine_, unit(k), i) / temperature_;
  weights_[0] = base / temperature_;
  add_linear(weights_, linear);
  double largest = -std::numeric_limits<double>::infinity();
  for (std::size_t s = 0; s < weights_.size(); ++s) {
    weights_[s] += energies_[s];
    largest = std::max(largest, weights_[s]);
  }
  if (largest > largest_) {
    const double scale = math::exp(largest_ - largest);
    sums_ *= scale;
    total_ *= scale;
    largest_ = largest;
  }
  for (double& w : weights_) w = math::exp(w - largest_);
  // weights_[s] becomes the sum over all states that have the units of s on, and perhaps others.
  for (Index k = 0; k < low_; ++k)
    for (std::size_t s = 0; s < weights_.size(); ++s)
      if (!has(s, k)) weights_[s] += weights_[s | (std::size_t{1} << k)];
  const double all = weights_[0];
  total_ += all;
  const auto add = [&](Index i, Index j, double w) {
    sums_(i, j) += w;
    if (i != j) sums_(j, i) += w;
  };
  for (Index k = 0; k < low_; ++k) {
    for (Index l = 0; l <= k; ++l) add(unit(k), unit(l), weights_[(std::size_t{1} << k) | (std::size_t{1} << l)]);
    for (const Index i : on) add(i, unit(k), weights_[std::size_t{1} << k]);
  }
  for (std::size_t a = 0; a < on.size(); ++a)
    for (std::size_t b = 0; b <= a; ++b) add(on[a], on[b], all);
}

bool BoltzmannSums::step() {
  const math::SliceOfWork slice;
  do {
    if (next_ == blocks()) return false;
    add_block();
    ++next_;
    math::count_work(static_cast<double>(weights_.size()) * static_cast<double>(60 + low_));
  } while (!slice.over());
  return true;
}

double BoltzmannSums::log_z() const { return largest_ + math::log(total_); }

MatrixD BoltzmannSums::moments() const {
  MatrixD out = sums_ / total_;
  const Index n = out.rows();
  const auto held = [&](Index i) { return !std::binary_search(free_.begin(), free_.end(), i); };
  for (Index i = 0; i < n; ++i)
    if (held(i)) out(i, i) = held_[i];
  for (Index i = 0; i < n; ++i)
    for (Index j = 0; j < n; ++j)
      if (i != j && (held(i) || held(j))) out(i, j) = out(i, i) * out(j, j);
  return out;
}

VectorD boltzmann_probabilities(const BoltzmannMachine& machine, const BoltzmannClamp& clamp, double temperature) {
  boltzmann::check_temperature(temperature);
  const auto free = free_units(machine, clamp);
  check_few(free, most_units_of_probabilities, "probabilities of all states");
  const VectorD held = held_values(machine, clamp);
  VectorD linear(std::ssize(free));
  for (Index k = 0; k < linear.size(); ++k)
    linear[k] = held_input(machine, held, free[static_cast<std::size_t>(k)]) / temperature;
  std::vector<double> out(std::size_t{1} << free.size(), 0.0);
  add_interactions(out, linear, [&](Index k, Index l) {
    return weight(machine, free[static_cast<std::size_t>(k)], free[static_cast<std::size_t>(l)]) / temperature;
  });
  const double largest = *std::max_element(out.begin(), out.end());
  double total = 0;
  for (double& p : out) total += p = math::exp(p - largest);
  VectorD found(std::ssize(out));
  for (Index s = 0; s < found.size(); ++s) found[s] = out[static_cast<std::size_t>(s)] / total;
  return found;
}

BoltzmannMixing::BoltzmannMixing(const BoltzmannMachine& machine, const Vector& start, const BoltzmannClamp& clamp,
                                 const BoltzmannMixingOptions& options)
    : free_(free_units(machine, clamp)) {
  boltzmann::check_count("steps", options.steps, 1, 100'000);
  boltzmann::check_temperature(options.temperature);
  check_few(free_, most_units_of_mixing, "mixing");
  equilibrium_ = boltzmann_probabilities(machine, clamp, options.temperature);
  const Index count = std::ssize(free_), states = equilibrium_.size();
  for (const Index i : machine.order()) {
    const auto found = std::lower_bound(free_.begin(), free_.end(), i);
    if (found != free_.end() && *found == i) order_.push_back(found - free_.begin());
  }
  if (start.size() == 0) {
    state_ = VectorD::Constant(states, 1 / static_cast<double>(states));
  } else {
    check_binary_rows("start", start.transpose(), machine.units());
    state_ = VectorD::Zero(states);
    std::size_t at = 0;
    for (Index k = 0; k < count; ++k)
      if (start[free_[static_cast<std::size_t>(k)]] != 0) at |= std::size_t{1} << k;
    state_[static_cast<Index>(at)] = 1;
  }
  chances_ = expected_ = MatrixD(count, states);
  Vector now = held_values(machine, clamp).cast<float>();
  for (Index s = 0; s < states; ++s) {
    for (Index k = 0; k < count; ++k)
      now[free_[static_cast<std::size_t>(k)]] = has(static_cast<std::uint64_t>(s), k) ? 1.0f : 0.0f;
    for (Index k = 0; k < count; ++k) {
      const double x = machine.input(free_[static_cast<std::size_t>(k)], now.data());
      chances_(k, s) = boltzmann::sigmoid(x / options.temperature);
      expected_(k, s) = has(static_cast<std::uint64_t>(s), k) ? 1 : 0;
    }
  }
  distances_ = VectorD::Zero(options.steps + 1);
  autocorrelations_ = MatrixD::Zero(options.steps + 1, machine.units());
  record();
}

void BoltzmannMixing::record() {
  distances_[taken_] = (state_ - equilibrium_).cwiseAbs().sum() / 2;
  for (Index k = 0; k < expected_.rows(); ++k) {
    double mean = 0, product = 0;
    for (Index s = 0; s < equilibrium_.size(); ++s) {
      if (!has(static_cast<std::uint64_t>(s), k)) continue;
      mean += equilibrium_[s];
      product += equilibrium_[s] * expected_(k, s);
    }
    const double variance = mean * (1 - mean);
    if (variance > 0)
      autocorrelations_(taken_, free_[static_cast<std::size_t>(k)]) = (product - mean * mean) / variance;
  }
}

bool BoltzmannMixing::step() {
  const math::SliceOfWork slice;
  do {
    if (taken_ + 1 == distances_.size()) return false;
    // The probabilities go through the updates in their order, and what is expected after them in the opposite one.
    for (std::size_t turn = 0; turn < order_.size(); ++turn) {
      const Index forward = order_[turn], backward = order_[order_.size() - 1 - turn];
      for (Index s = 0; s < state_.size(); ++s) {
        if (!has(static_cast<std::uint64_t>(s), forward)) {
          const Index with = s | (Index{1} << forward);
          const double both = state_[s] + state_[with];
          state_[with] = both * chances_(forward, s);
          state_[s] = both - state_[with];
        }
        if (has(static_cast<std::uint64_t>(s), backward)) continue;
        const Index with = s | (Index{1} << backward);
        const double p = chances_(backward, s);
        for (Index k = 0; k < expected_.rows(); ++k)
          expected_(k, s) = expected_(k, with) = p * expected_(k, with) + (1 - p) * expected_(k, s);
      }
    }
    ++taken_;
    record();
    math::count_work(static_cast<double>(state_.size()) * static_cast<double>(order_.size() * (order_.size() + 4) * 2));
  } while (!slice.over());
  return true;
}

VectorD BoltzmannMixing::times() const {
  VectorD out = VectorD::Ones(autocorrelations_.cols());
  for (Index t = 1; t < autocorrelations_.rows(); ++t) out += 2 * autocorrelations_.row(t).transpose();
  return out;
}

BoltzmannLikelihood::BoltzmannLikelihood(const BoltzmannMachine& machine, Matrix x)
    : machine_(&machine), x_(std::move(x)), sums_(machine, {}) {
  check_binary_rows("x", x_, machine.visible());
  log_likelihood_ = VectorD::Zero(x_.rows());
  data_ = MatrixD::Zero(machine.units(), machine.units());
}

BoltzmannClamp BoltzmannLikelihood::clamp() const {
  BoltzmannClamp clamp{Vector::Zero(machine_->units()), Vector::Zero(machine_->units())};
  clamp.mask.head(machine_->visible()).setOnes();
  clamp.values.head(machine_->visible()) = x_.row(row_).transpose();
  return clamp;
}

bool BoltzmannLikelihood::step() {
  if (row_ == x_.rows()) return false;
  if (sums_.step()) return true;
  if (row_ < 0) {
    log_z_ = sums_.log_z();
    model_ = sums_.moments();
  } else {
    log_likelihood_[row_] = sums_.log_z() - log_z_;
    data_ += sums_.moments();
  }
  if (++row_ < x_.rows()) sums_ = BoltzmannSums(*machine_, clamp());
  return true;
}

}  // namespace wakesleep
