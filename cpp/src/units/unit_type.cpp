#include "units/unit_type.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "math/decimal.h"

namespace wakesleep::units {
namespace {

[[noreturn]] void refuse_listing(const char* type) {
  throw std::out_of_range(std::string("the states of ") + type + " units cannot be counted");
}

}  // namespace

std::string value_text(double value) { return math::rounded_text(value, 7); }

std::string Type::values_in_words() const {
  switch (kind()) {
    case Kind::two_valued:
    case Kind::group:
      return "lie in [" + value_text(static_cast<double>(low())) + ", " + value_text(static_cast<double>(high())) + "]";
    case Kind::counts:
      return "be whole counts of words, 0 to 1,000,000";
    case Kind::real:
      break;
  }
  return low() == 0 ? "be not negative, finite and at most 1e12" : "be finite and from -1e12 to 1e12";
}

std::string Type::states_in_words() const {
  if (!draws_from_means()) return values_in_words();
  return "be " + value_text(static_cast<double>(low())) + " or " + value_text(static_cast<double>(high()));
}

bool Type::is_state(float value) const {
  switch (kind()) {
    case Kind::two_valued:
    case Kind::group:
      return value == low() || value == high();
    case Kind::counts:
      return value >= low() && value <= high() && value == std::floor(value);
    case Kind::real:
      break;
  }
  return value >= least_value() && value <= most_value();
}

void Type::check_values(const std::string& name, const Side& side, const MatrixView& x, Index first_row) const {
  const bool counts = kind() == Kind::counts;
  for (Index r = 0; r < x.rows(); ++r) {
    for (Index i = 0; i < side.count; ++i) {
      const float value = x(r, i);
      // The comparison is written so that NaN fails it.
      if (!(value >= least_value() && value <= most_value()) || (counts && value != std::floor(value)))
        refuse_value(name, values_in_words(), first_row + r, i, value);
    }
    if (kind() != Kind::group) continue;
    each_group(side.units, [&](std::size_t, Index first, Index size) {
      float sum = 0;
      for (Index i = first; i < first + size; ++i) sum += x(r, i);
      if (std::abs(sum - 1) > 1e-3f)
        throw std::out_of_range(name + " must add up to 1 over each " + this->name() + " group: row " +
                                std::to_string(first_row + r) + ", columns " + std::to_string(first) + " to " +
                                std::to_string(first + size - 1) + " add up to " +
                                value_text(static_cast<double>(sum)));
    });
  }
}

std::uint64_t Type::count_states(const Units& units, Index count, std::uint64_t most) const {
  std::uint64_t states = 1;
  const auto times = [&](Index choices) {
    const auto n = static_cast<std::uint64_t>(choices);
    states = states > most / n ? 0 : states * n;
    return states > 0;
  };
  switch (kind()) {
    case Kind::two_valued:
      for (Index i = 0; i < count; ++i)
        if (!times(2)) break;
      return states;
    case Kind::group:
      for (const Index size : units.groups)
        if (!times(size)) break;
      return states;
    case Kind::counts:
    case Kind::real:
      break;
  }
  return 0;
}

void Type::set_state(const Side& side, std::uint64_t& number, LayerStates& states, Index row) const {
  switch (kind()) {
    case Kind::two_valued:
      if (binary()) {
        states.bits.row(row)[0] |= number & ((std::uint64_t{1} << side.count) - 1);
        number >>= side.count;
        return;
      }
      for (Index i = 0; i < side.count; ++i, number >>= 1) states.set(row, i, number & 1 ? high() : low());
      return;
    case Kind::group:
      each_group(side.units, [&](std::size_t, Index first, Index size) {
        const auto choices = static_cast<std::uint64_t>(size);
        for (Index i = 0; i < size; ++i)
          states.set(row, first + i, static_cast<std::uint64_t>(i) == number % choices ? high() : low());
        number /= choices;
      });
      return;
    case Kind::counts:
    case Kind::real:
      break;
  }
  refuse_listing(name());
}

void Type::draw_from_means(const Side& side, const MatrixView& x, const math::Place& place, LayerStates& states) const {
  switch (kind()) {
    case Kind::two_valued: {
      if (binary()) return math::sample_means(x, side.count, {&states.bits, place});
      // Kept, so that training allocates nothing.
      thread_local Scratch chances;
      thread_local BitMatrix upper;
      chances.resize(x.rows(), side.count);
      upper.resize(x.rows(), side.count);
      for (Index r = 0; r < x.rows(); ++r)
        for (Index i = 0; i < side.count; ++i) chances(r, i) = (x(r, i) - low()) / (high() - low());
      math::sample_means(view(chances), side.count, {&upper, place});
      for (Index r = 0; r < x.rows(); ++r)
        for (Index i = 0; i < side.count; ++i) states.set(r, i, upper.get(r, i) ? high() : low());
      return;
    }
    case Kind::group:
      return sample_groups(side.units, x, {&states.bits, place});
    case Kind::counts:
    case Kind::real:
      break;
  }
  for (Index r = 0; r < x.rows(); ++r)
    for (Index i = 0; i < side.count; ++i) states.set(r, i, x(r, i));
}

double Type::mean_of(double sum, double count) const {
  const auto least = static_cast<double>(low()), most = static_cast<double>(high());
  switch (kind()) {
    case Kind::two_valued:
    case Kind::group: {
      if (count == 0) return (least + most) / 2;
      const double half = 0.5 * (most - least);
      return std::clamp(sum, least * count + half, most * count - half) / count;
    }
    case Kind::counts:
      return std::max(sum, 0.5) / std::max(count, 1.0);
    case Kind::real:
      break;
  }
  return count > 0 ? sum / count : 0;
}

double Type::base_rate(double mean) const {
  constexpr double nearest = 1e-3;
  const auto least = static_cast<double>(low()), most = static_cast<double>(high());
  switch (kind()) {
    case Kind::two_valued:
      return std::clamp(mean, least + nearest * (most - least), most - nearest * (most - least));
    case Kind::group:
    case Kind::counts:
      // A unit that is always on needs no bound of its own: the others' lower bounds keep the biases finite.
      return std::max(mean, nearest);
    case Kind::real:
      break;
  }
  return mean;
}

void Type::add_energy(const Side& side, const MatrixView& states, const float* bias_scale, VectorD& out) const {
  for (Index r = 0; r < states.rows(); ++r) {
    double sum = 0;
    for (Index i = 0; i < side.count; ++i) sum += static_cast<double>(side.bias[i]) * static_cast<double>(states(r, i));
    out[r] -= bias_scale ? static_cast<double>(bias_scale[r]) * sum : sum;
  }
}

void sample_groups(const Units& units, const MatrixView& p, const math::Draw& draw) {
  // Apart from the counters of other uses of a place.
  constexpr std::uint32_t groups = 0xC0000000u;
  math::parallel_for(p.rows(), 20.0 * static_cast<double>(p.cols()), [&](Index r) {
    each_group(units, [&](std::size_t g, Index first, Index size) {
      const auto words =
          math::words_at(draw.place, groups + static_cast<std::uint32_t>(g), static_cast<std::uint32_t>(r));
      const Index chosen = math::chosen_of(p.data() + r * p.cols() + first, size, math::uniform_of(words[0] >> 8));
      for (Index k = 0; k < size; ++k) draw.states->set(r, first + k, k == chosen);
    });
  });
}

void refuse_value(const std::string& name, const std::string& allowed, Index row, Index column, float value) {
  throw std::out_of_range(name + " must " + allowed + ": row " + std::to_string(row) + ", column " +
                          std::to_string(column) + " is " + value_text(static_cast<double>(value)));
}

void refuse_without_energy(const Type& type) {
  throw std::invalid_argument(std::string(type.name()) +
                              " units have no energy, of which free energies, likelihoods and log Z are made: they are "
                              "for sampling and learning");
}

}  // namespace wakesleep::units
