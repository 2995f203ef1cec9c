#include "models/state_free_energies.h"

#include <bit>

#include "math/scalar.h"
#include "math/thread_pool.h"

namespace wakesleep {

void StateFreeEnergies::of_visible(const Rbm& rbm, const LayerStates& v) {
  of(visible_layer(rbm), hidden_layer(rbm), v, rbm.W());
}

void StateFreeEnergies::of_hidden(const Rbm& rbm, const LayerStates& h) {
  of(hidden_layer(rbm), visible_layer(rbm), h, {rbm.W(), true});
}

void StateFreeEnergies::of(const Layer& own, const Layer& other, const LayerStates& states, const math::Operand& W) {
  sampler_.inputs(other, own, states, W, nullptr, inputs_);
  values_.setZero(states.rows());
  if (!states.binary) own.type->add_energy(own.side, view(states.real), nullptr, values_);
  const auto work = static_cast<double>(own.width()) + 20.0 * static_cast<double>(other.width());
  math::parallel_for(states.rows(), work, [&](Index r) {
    double of_biases = 0, of_other = 0;
    if (states.binary) {
      for (Index i = 0; i < own.width(); i += 64)
        for (std::uint64_t on = states.bits.row(r)[i / 64]; on; on &= on - 1)
          of_biases += static_cast<double>((*own.bias)[i + std::countr_zero(on)]);
    } else {
      for (Index i = own.side.count; i < own.width(); ++i)
        of_biases += static_cast<double>((*own.bias)[i]) * static_cast<double>(states.real(r, i));
    }
    Eigen::Map<VectorD> sum(&of_other, 1);
    other.type->add_log_partition(other.side, MatrixView(inputs_.row(r), 1, inputs_.cols()), 1, nullptr, nullptr, sum);
    if (other.labels) of_other += math::log_sum_exp(inputs_.row(r) + other.side.count, other.labels);
    values_[r] -= of_biases + of_other;
  });
}

}  // namespace wakesleep
