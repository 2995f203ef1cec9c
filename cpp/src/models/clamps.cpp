#include "models/clamps.h"

#include <bit>
#include <cmath>
#include <stdexcept>
#include <string>

#include "math/decimal.h"
#include "units/unit_type.h"

namespace wakesleep {

Index checked_chains(Index chains) {
  constexpr Index most_chains = Index{1} << 20;
  if (chains < 1 || chains > most_chains)
    throw std::out_of_range("chains must be 1 to " + std::to_string(most_chains) + ", not " + std::to_string(chains));
  return chains;
}

float checked_inverse(double temperature) {
  if (!(temperature > 0) || !std::isfinite(temperature))
    throw std::out_of_range("temperature must be above 0, not " + math::shortest_text(temperature));
  return static_cast<float>(1 / temperature);
}

void Clamps::hold(const MatrixView& mask, const MatrixView& values, Index chains, Index visible, const Units& units) {
  const units::Type& type = units::type_of(units.type);
  const auto check = [&](const char* name, const MatrixView& x) {
    if (x.cols() != visible || (x.rows() != 1 && x.rows() != chains))
      throw std::out_of_range(std::string(name) + " must be 1 x " + std::to_string(visible) + " or " +
                              std::to_string(chains) + " x " + std::to_string(visible) + ", not " +
                              std::to_string(x.rows()) + " x " + std::to_string(x.cols()));
  };
  check("mask", mask);
  check("values", values);
  BitMatrix held(chains, visible);
  Matrix at = Matrix::Zero(chains, visible);
  for (Index r = 0; r < chains; ++r) {
    for (Index c = 0; c < visible; ++c) {
      if (mask(mask.rows() == 1 ? 0 : r, c) == 0) continue;
      const float value = values(values.rows() == 1 ? 0 : r, c);
      if (!type.is_state(value)) units::refuse_value("clamped values", type.states_in_words(), r, c, value);
      held.set(r, c, true);
      at(r, c) = value;
    }
    Index first = 0;
    for (const Index size : units.groups) {
      Index held_units = 0, on = 0;
      for (Index c = first; c < first + size; ++c) {
        held_units += held.get(r, c);
        on += at(r, c) == 1;
      }
      if (held_units != 0 && (held_units != size || on != 1))
        throw std::out_of_range("a softmax group is clamped whole, with one unit on: columns " + std::to_string(first) +
                                " to " + std::to_string(first + size - 1) + " are not");
      first += size;
    }
  }
  mask_ = std::move(held);
  values_ = std::move(at);
}

void Clamps::release() {
  mask_ = BitMatrix();
  values_ = Matrix();
}

void Clamps::hold_labels(const std::vector<int>& labels, Index chains, Index group) {
  if (!group) throw std::invalid_argument("this model has no label units");
  if (labels.size() != 1 && labels.size() != static_cast<std::size_t>(chains))
    throw std::out_of_range("label must be one for all chains or " + std::to_string(chains) + ", one each, not " +
                            std::to_string(labels.size()));
  for (const int label : labels)
    if (label < -1 || label >= group)
      throw std::out_of_range("label must be 0 to " + std::to_string(group - 1) + ", or none, not " +
                              std::to_string(label));
  labels_.assign(static_cast<std::size_t>(chains), labels[0]);
  if (labels.size() > 1) labels_ = labels;
}

namespace {

template <class States>
void apply_values(const BitMatrix& mask, const Matrix& values, States& v, Matrix& means) {
  for (Index r = 0; r < mask.rows(); ++r)
    for (Index w = 0; w < mask.words_per_row(); ++w)
      for (std::uint64_t bits = mask.row(r)[w]; bits; bits &= bits - 1) {
        const Index c = w * 64 + std::countr_zero(bits);
        if constexpr (std::is_same_v<States, BitMatrix>)
          v.set(r, c, values(r, c) != 0);
        else
          v.set(r, c, values(r, c));
        means(r, c) = values(r, c);
      }
}

template <class States>
void apply_group(const std::vector<int>& labels, States& states, Index first, Index group, Matrix* means) {
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (labels[i] < 0) continue;
    const auto r = static_cast<Index>(i);
    for (Index y = 0; y < group; ++y) {
      const bool on = y == labels[i];
      states.set(r, first + y, on);
      if (means) (*means)(r, first + y) = on ? 1.0f : 0.0f;
    }
  }
}

template <class States>
std::vector<int> group_on(const States& states, Index first, Index group) {
  std::vector<int> result;
  if (!group) return result;
  for (Index r = 0; r < states.rows(); ++r) {
    int on = 0;
    for (Index y = 0; y < group; ++y)
      if (states.get(r, first + y) != 0) on = static_cast<int>(y);
    result.push_back(on);
  }
  return result;
}

}  // namespace

void Clamps::apply(BitMatrix& v, Matrix& means) const { apply_values(mask_, values_, v, means); }
void Clamps::apply(LayerStates& v, Matrix& means) const { apply_values(mask_, values_, v, means); }

void Clamps::apply_labels(BitMatrix& states, Index first, Index group, Matrix* means) const {
  apply_group(labels_, states, first, group, means);
}
void Clamps::apply_labels(LayerStates& states, Index first, Index group, Matrix* means) const {
  apply_group(labels_, states, first, group, means);
}

std::vector<int> labels_on(const BitMatrix& states, Index first, Index group) { return group_on(states, first, group); }
std::vector<int> labels_on(const LayerStates& states, Index first, Index group) {
  return group_on(states, first, group);
}

}  // namespace wakesleep
