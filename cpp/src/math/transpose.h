#pragma once

#include "wakesleep/matrix.h"

namespace wakesleep::math {

void transpose(const MatrixView& from, Scratch& to);
void transpose(const BitMatrix& from, BitMatrix& to);

// Columns [64 word, 64 word + 64) alone, which become rows of `to`; it has its shape already.
void transpose_word(const BitMatrix& from, Index word, BitMatrix& to);

// to[j][i] = from[i][j] for a block of rows x cols.
void transpose_block(const float* from, Index from_stride, Index rows, Index cols, float* to, Index to_stride);
// The same, but rows of the result stand where tables of the sums of four have the rows by themselves: four of them at
// the rows 1, 2, 4 and 8 of sixteen.
void transpose_into_tables(const float* from, Index from_stride, Index rows, Index cols, float* to, Index to_stride);

}  // namespace wakesleep::math
