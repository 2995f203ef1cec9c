#include "math/products.h"

#include <algorithm>

namespace wakesleep::math {

void add_product(const BitMatrix& S, const Operand& X, MatrixRef C, Workspace& workspace) {
  const auto begin = [&](table::Panel& panel) {
    float* first = C.data + panel.row * C.cols + panel.column;
    if (panel.columns % lanes == 0) {
      panel.sums = first;
      panel.stride = C.cols;
    } else {
      for (Index r = 0; r < panel.rows; ++r) copy_few(first + r * C.cols, panel.columns, panel.sums + r * panel.stride);
    }
  };
  const auto end = [&](const table::Panel& panel) {
    if (panel.columns % lanes == 0) return;
    float* first = C.data + panel.row * C.cols + panel.column;
    for (Index r = 0; r < panel.rows; ++r) copy_few(panel.sums + r * panel.stride, panel.columns, first + r * C.cols);
  };
  table::each_panel(S, X, workspace, begin, end);
}

void fill_rows(const Vector& row, MatrixRef C) {
  for (Index r = 0; r < C.rows; ++r) std::copy(row.data(), row.data() + row.size(), C.data + r * C.cols);
}

}  // namespace wakesleep::math

std::vector<wakesleep::Kernel> wakesleep::kernels() {
  return {math::table::cut_of(false).describe(), math::table::cut_of(true).describe(),
          math::tile_of_real_products().describe()};
}
