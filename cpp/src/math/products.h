// The matrix products of Boltzmann machines. The choice between them is made by the type of the left operand: binary
// states take table look-ups, real values a dense kernel. Both add along the inner side in a fixed order, in parallel
// over blocks of the result, so a result has the same bits for any vector width, any number of threads and each of the
// ways in which the work is cut up (choice.h):
//
//   binary:  C[r] += ((X[k0] + X[k1]) + ...) for each group of four inner indices 4g .. 4g + 3, the sum of the
//            group's rows that are on, lowest first; group after group.
//   real:    C[r] += 0, then C[r] += A[r][k] X[k], one k after the other; where A[r][k] is 0 nothing may be added.
#pragma once

#include "math/table_product.h"
#include "wakesleep/matrix.h"

namespace wakesleep::math {

// C += S X. S: rows x inner, X: inner x cols, C: rows x cols.
void add_product(const BitMatrix& S, const Operand& X, MatrixRef C, Workspace& workspace);
// C += A X, A: rows x inner.
void add_product(const MatrixView& A, const Operand& X, MatrixRef C, Workspace& workspace);
Choice& tile_of_real_products();

// Every row of C becomes `row`.
void fill_rows(const Vector& row, MatrixRef C);

}  // namespace wakesleep::math
