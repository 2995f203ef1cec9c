#include "models/state_free_energies.h"

#include <algorithm>
#include <bit>

#include "math/scalar.h"
#include "math/thread_pool.h"

namespace wakesleep {

void StateFreeEnergies::of_visible(math::RowRange some, const Rbm& rbm, const LayerStates& v) {
  of(some, visible_layer(rbm), hidden_layer(rbm), v, rbm.W());
}

math::RowRange StateFreeEnergies::next_rows(Index first, const Rbm& rbm, const LayerStates& v) {
  // A logarithm of a hidden unit's sum takes as long as many multiplications, and more where products only add.
  const double of_logarithm = v.binary ? 120 : 40;
  return math::next_rows(first, v.rows(), v.binary,
                         static_cast<double>(rbm.W().size()) + static_cast<double>(rbm.width()) +
                             of_logarithm * static_cast<double>(rbm.hidden()));
}

void StateFreeEnergies::of_hidden(const Rbm& rbm, const LayerStates& h) {
  of({0, h.rows()}, hidden_layer(rbm), visible_layer(rbm), h, {rbm.W(), true});
}

void StateFreeEnergies::of(math::RowRange some, const Layer& own, const Layer& other, const LayerStates& states,
                           const math::Operand& W) {
  const bool all = some.count == states.rows();
  if (!all) some_.take_rows(states, some.first, some.count);
  const LayerStates& given = all ? states : some_;
  Scratch& inputs = all ? inputs_ : some_inputs_;
  sampler_.inputs(other, own, given, W, nullptr, inputs);
  if (some.first == 0) values_.resize(states.rows());
  of_own_.setZero(some.count);
  if (!given.binary) own.type->add_energy(own.side, view(given.real), nullptr, of_own_);
  const auto work = static_cast<double>(own.width()) + 20.0 * static_cast<double>(other.width());
  math::parallel_for(some.count, work, [&](Index r) {
    double of_biases = 0, of_other = 0;
    if (given.binary) {
      for (Index i = 0; i < own.width(); i += 64)
        for (std::uint64_t on = given.bits.row(r)[i / 64]; on; on &= on - 1)
          of_biases += static_cast<double>((*own.bias)[i + std::countr_zero(on)]);
    } else {
      for (Index i = own.side.count; i < own.width(); ++i)
        of_biases += static_cast<double>((*own.bias)[i]) * static_cast<double>(given.real(r, i));
    }
    Eigen::Map<VectorD> sum(&of_other, 1);
    other.type->add_log_partition(other.side, MatrixView(inputs.row(r), 1, inputs.cols()), 1, nullptr, nullptr, sum);
    if (other.labels) of_other += math::log_sum_exp(inputs.row(r) + other.side.count, other.labels);
    values_[some.first + r] = of_own_[r] - (of_biases + of_other);
  });
  if (all) return;
  if (some.first == 0) inputs_.resize(states.rows(), other.width());
  std::copy_n(inputs.data(), inputs.size(), inputs_.row(some.first));
}

void StateFreeEnergies::draw_from_inputs(math::RowRange some, const Layer& other, const LayerDraw& out) {
  const Index all = inputs_.rows();
  if (some.count == all) return sampler_.draw_from(other, inputs_, out);
  some_inputs_.resize(some.count, inputs_.cols());
  std::copy_n(inputs_.row(some.first), some_inputs_.size(), some_inputs_.data());
  LayerDraw of_some = out;
  of_some.place.first_row += static_cast<std::uint32_t>(some.first);
  if (out.states) of_some.states = &some_;
  of_some.mean_rows = std::clamp<Index>(out.mean_rows - some.first, 0, some.count);
  of_some.means = of_some.mean_rows > 0 ? out.means + some.first * out.means_stride : nullptr;
  sampler_.draw_from(other, some_inputs_, of_some);
  if (!out.states) return;
  out.states->shape(some_.binary, all, some_.cols());
  some_.put_rows(*out.states, some.first);
}

}  // namespace wakesleep
