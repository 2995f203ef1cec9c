#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

#include "boltzmann/checks.h"
#include "math/philox.h"
#include "math/slices.h"
#include "math/thread_pool.h"
#include "wakesleep/boltzmann.h"

namespace wakesleep {

namespace {

constexpr Index most_chains = 1 << 20, most_steps = 1'000'000;

// One number a unit and a chain, four to a counter.
void uniforms(const math::Place& place, Index chain, Index units, std::vector<float>& out) {
  out.resize(static_cast<std::size_t>((units + 3) / 4 * 4));
  for (Index first = 0; first < units; first += 4) {
    const auto words = math::words_at(place, static_cast<std::uint32_t>(first / 4), static_cast<std::uint32_t>(chain));
    for (std::size_t i = 0; i < 4; ++i) out[static_cast<std::size_t>(first) + i] = math::uniform_of(words[i] >> 8);
  }
}

// The machine's order without the units that are held.
std::vector<Index> free_order(const BoltzmannMachine& machine, const BoltzmannClamp& clamp) {
  const auto free = free_units(machine, clamp);
  std::vector<Index> order;
  for (const Index i : machine.order())
    if (std::binary_search(free.begin(), free.end(), i)) order.push_back(i);
  return order;
}

// Operations of one unit's update, roughly: its number, its chance, and a product for each neighbour.
double work_of(const BoltzmannMachine& machine, const std::vector<Index>& order) {
  double work = 1;
  for (const Index i : order) work += 40 + 2 * static_cast<double>(machine.neighbours(i).size());
  return work;
}

void check_fits(const char* name, double temperature) {
  if (!(temperature == 0 || (temperature >= boltzmann::coldest && temperature <= boltzmann::hottest)))
    throw std::out_of_range(std::string(name) + " must be 0, or 0.000001 to 1000000, not " +
                            math::shortest_text(temperature));
}

}  // namespace

Matrix fair_coins(const BoltzmannMachine& machine, Index rows, std::uint64_t seed, std::uint64_t step) {
  boltzmann::check_count("chains", rows, 1, most_chains);
  Matrix out(rows, machine.units());
  std::vector<float> u;
  for (Index r = 0; r < rows; ++r) {
    uniforms({seed, boltzmann::start_stream, step}, r, machine.units(), u);
    for (Index i = 0; i < machine.units(); ++i) out(r, i) = u[static_cast<std::size_t>(i)] < 0.5f ? 1.0f : 0.0f;
  }
  return out;
}

BoltzmannSampling::BoltzmannSampling(const BoltzmannMachine& machine, Matrix states, const BoltzmannClamp& clamp,
                                     const BoltzmannSamplingOptions& options)
    : machine_(&machine), states_(std::move(states)), options_(options), order_(free_order(machine, clamp)) {
  boltzmann::check_count("steps", options.steps, 1, most_steps);
  check_fits("temperature", options.temperature);
  if (options.start_temperature) {
    check_fits("startTemperature", *options.start_temperature);
    if ((*options.start_temperature == 0) != (options.temperature == 0))
      throw std::out_of_range("startTemperature and temperature must both be above 0, or both 0, not " +
                              math::shortest_text(*options.start_temperature) + " and " +
                              math::shortest_text(options.temperature));
  }
  check_binary_rows("states", states_, machine.units());
  boltzmann::check_count("chains", states_.rows(), 1, most_chains);
  changed_.resize(static_cast<std::size_t>(states_.rows()));
  for (Index i = 0; i < clamp.values.size(); ++i)
    if (clamp.mask[i] != 0) states_.col(i).setConstant(clamp.values[i]);
}

double BoltzmannSampling::temperature() const {
  const double last = options_.temperature, first = options_.start_temperature.value_or(last);
  if (first == last || taken_ + 1 == options_.steps) return last;
  const double part = static_cast<double>(taken_) / static_cast<double>(options_.steps - 1);
  return math::exp(math::log(first) + part * (math::log(last) - math::log(first)));
}

bool BoltzmannSampling::step() {
  const math::SliceOfWork slice;
  do {
    if (taken_ == options_.steps || settled_) return false;
    sweep();
  } while (!slice.over());
  return true;
}

void BoltzmannSampling::sweep() {
  const double t = temperature();
  const math::Place place{options_.seed, options_.stream, options_.first_step + static_cast<std::uint64_t>(taken_)};
  constexpr Index chains_a_piece = 16;
  const Index pieces = (states_.rows() + chains_a_piece - 1) / chains_a_piece;
  math::parallel_for(pieces, work_of(*machine_, order_) * chains_a_piece, [&](Index piece) {
    std::vector<float> u;
    const Index end = std::min((piece + 1) * chains_a_piece, states_.rows());
    for (Index r = piece * chains_a_piece; r < end; ++r) {
      float* states = states_.data() + r * states_.cols();
      char changed = 0;
      if (t > 0) uniforms(place, r, machine_->units(), u);
      // Units of a colour are independent given the others: one after the other is the same as all at once.
      for (const Index i : order_) {
        const double x = machine_->input(i, states);
        float next = states[i];
        if (t > 0) {
          next = static_cast<double>(u[static_cast<std::size_t>(i)]) < boltzmann::sigmoid(x / t) ? 1.0f : 0.0f;
        } else if (x != 0) {
          next = x > 0 ? 1.0f : 0.0f;
        }
        if (next != states[i]) changed = 1;
        states[i] = next;
      }
      changed_[static_cast<std::size_t>(r)] = changed;
    }
  });
  ++taken_;
  settled_ = t == 0 && std::find(changed_.begin(), changed_.end(), 1) == changed_.end();
}

BoltzmannMeanField::BoltzmannMeanField(const BoltzmannMachine& machine, const BoltzmannClamp& clamp,
                                       const BoltzmannMeanFieldOptions& options)
    : machine_(&machine), options_(options), order_(free_order(machine, clamp)) {
  boltzmann::check_count("steps", options.steps, 1, most_steps);
  boltzmann::check_temperature(options.temperature);
  if (!(options.tolerance >= 0))
    throw std::out_of_range("tolerance must be 0 or above, not " + math::shortest_text(options.tolerance));
  means_ = clamp.values.size() > 0 ? VectorD(clamp.values.cast<double>()) : VectorD::Zero(machine.units());
  for (const Index i : order_) means_[i] = 0.5;
}

double BoltzmannMeanField::input(Index unit) const {
  double sum = static_cast<double>(machine_->biases()[unit]);
  for (const Index j : machine_->neighbours(unit)) sum += static_cast<double>(machine_->weights()(unit, j)) * means_[j];
  return sum;
}

double BoltzmannMeanField::done() const {
  return change_ <= options_.tolerance ? 1 : static_cast<double>(taken_) / static_cast<double>(options_.steps);
}

bool BoltzmannMeanField::step() {
  const math::SliceOfWork slice;
  do {
    if (taken_ == options_.steps || change_ <= options_.tolerance) return false;
    change_ = 0;
    for (const Index i : order_) {
      const double next = boltzmann::sigmoid(input(i) / options_.temperature);
      change_ = std::max(change_, std::abs(next - means_[i]));
      means_[i] = next;
    }
    ++taken_;
    math::count_work(work_of(*machine_, order_));
  } while (!slice.over());
  return true;
}

double BoltzmannMeanField::bound() const {
  const auto plogp = [](double p) { return p > 0 ? p * math::log(p) : 0; };
  double sum = 0;
  for (Index i = 0; i < means_.size(); ++i) {
    const double b = static_cast<double>(machine_->biases()[i]);
    // Half of the inputs by the neighbours, as each pair comes twice.
    sum += means_[i] * (b + (input(i) - b) / 2) / options_.temperature;
    sum -= plogp(means_[i]) + plogp(1 - means_[i]);
  }
  return sum;
}

}  // namespace wakesleep
