#include "math/conditional.h"

namespace wakesleep::math {

static_assert(table::panel % 16 == 0);

void draw_given(const BitMatrix& S, const Operand& W, const Vector& bias, const Outcome& outcome, Workspace& workspace) {
  const auto begin = [&](table::Panel& panel) {
    for (Index r = 0; r < panel.rows; ++r) copy_few(bias.data() + panel.column, panel.columns, panel.sums + r * panel.stride);
  };
  const auto end = [&](const table::Panel& panel) {
    const Index bernoulli = std::clamp<Index>(outcome.units - panel.column, 0, panel.columns);
    if (outcome.rest)
      for (Index r = 0; r < panel.rows; ++r)
        std::copy_n(panel.sums + r * panel.stride + bernoulli, panel.columns - bernoulli,
                    outcome.rest->row(panel.row + r) + panel.column + bernoulli - outcome.units);
    const Index with_means = outcome.means ? std::clamp<Index>(outcome.mean_rows - panel.row, 0, panel.rows) : 0;
    if (with_means > 0)
      draw_bernoulli(panel.sums, panel.stride, {panel.row, with_means, panel.column, bernoulli}, outcome.inverse_temperature,
                     outcome.draw, outcome.means + panel.row * outcome.means_stride + panel.column, outcome.means_stride);
    if (outcome.draw.states)
      draw_bernoulli(panel.sums + with_means * panel.stride, panel.stride,
                     {panel.row + with_means, panel.rows - with_means, panel.column, bernoulli}, outcome.inverse_temperature,
                     outcome.draw, nullptr, 0);
  };
  table::each_panel(S, W, workspace, begin, end);
}

}  // namespace wakesleep::math
