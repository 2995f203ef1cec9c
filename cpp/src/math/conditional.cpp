#include "math/conditional.h"

#include <algorithm>
#include <cstring>

namespace wakesleep::math {
namespace {

static_assert(std::ranges::all_of(table::cuts, [](const table::Cut& cut) { return cut.columns() % 16 == 0; }));
// As many columns as the widest panel has.
constexpr Index columns_a_part = table::most_columns, part_bytes = columns_a_part / 8;
static_assert(64 % columns_a_part == 0);

// Each panel's states first go to memory of their own: written into the rows by several threads at once, every row's
// cache line would go to and fro between them.
class PanelStates {
 public:
  PanelStates(BitMatrix* states, Index units, std::vector<char>& memory)
      : states_(states), parts_((units + columns_a_part - 1) / columns_a_part) {
    if (!states) return;
    stride_ = (states->rows() * part_bytes + 63) / 64 * 64;
    memory.assign(static_cast<std::size_t>(parts_ * stride_), 0);
    memory_ = memory.data();
  }
  Strided<char> at(Index row, Index column) const {
    if (!states_) return {};
    return {memory_ + column / columns_a_part * stride_ + row * part_bytes + column % columns_a_part / 8, part_bytes};
  }
  void move_to_rows() const {
    if (!states_) return;
    for (Index r = 0; r < states_->rows(); ++r) {
      char* to = reinterpret_cast<char*>(states_->row(r));
      for (Index part = 0; part < parts_; ++part)
        std::memcpy(to + part * part_bytes, memory_ + part * stride_ + r * part_bytes, part_bytes);
    }
  }

 private:
  BitMatrix* states_;
  Index parts_, stride_ = 0;
  char* memory_ = nullptr;
};

}  // namespace

void draw_given(const BitMatrix& S, const Operand& W, const Vector& bias, const Outcome& outcome,
                Workspace& workspace) {
  const PanelStates states(outcome.draw.states, outcome.units, workspace.states);
  const auto begin = [&](table::Panel& panel) {
    for (Index r = 0; r < panel.rows; ++r)
      copy_few(bias.data() + panel.column, panel.columns, panel.sums + r * panel.stride);
  };
  const auto end = [&](const table::Panel& panel) {
    const Index bernoulli = std::clamp<Index>(outcome.units - panel.column, 0, panel.columns);
    if (outcome.rest)
      for (Index r = 0; r < panel.rows; ++r)
        std::copy_n(panel.sums + r * panel.stride + bernoulli, panel.columns - bernoulli,
                    outcome.rest->row(panel.row + r) + panel.column + bernoulli - outcome.units);
    if (bernoulli == 0) return;
    const auto draw = [&](Index first, Index rows, Strided<float> means) {
      draw_bernoulli({panel.sums + first * panel.stride, panel.stride},
                     {panel.row + first, rows, panel.column, bernoulli}, outcome.inverse_temperature,
                     outcome.draw.place, means, states.at(panel.row + first, panel.column));
    };
    const Index with_means = outcome.means ? std::clamp<Index>(outcome.mean_rows - panel.row, 0, panel.rows) : 0;
    if (with_means > 0)
      draw(0, with_means, {outcome.means + panel.row * outcome.means_stride + panel.column, outcome.means_stride});
    if (outcome.draw.states) draw(with_means, panel.rows - with_means, {});
  };
  table::each_panel(S, W, workspace, begin, end);
  states.move_to_rows();
}

}  // namespace wakesleep::math
