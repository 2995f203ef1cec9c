// The states of one side of a machine: bits where they are all 0 or 1, real values else.
#pragma once

#include <algorithm>

#include "wakesleep/matrix.h"

namespace wakesleep {

struct LayerStates {
  bool binary = true;
  BitMatrix bits;
  Scratch real;

  Index rows() const { return binary ? bits.rows() : real.rows(); }
  Index cols() const { return binary ? bits.cols() : real.cols(); }
  float get(Index r, Index c) const { return binary ? (bits.get(r, c) ? 1.0f : 0.0f) : real(r, c); }
  void set(Index r, Index c, float value) {
    if (binary) {
      bits.set(r, c, value != 0);
    } else {
      real(r, c) = value;
    }
  }
  void resize(bool to_binary, Index rows, Index cols) {
    binary = to_binary;
    if (binary) {
      bits.resize(rows, cols);
    } else {
      real.resize(rows, cols);
    }
  }
  void copy_row(const LayerStates& from, Index from_row, Index to_row) {
    if (binary) {
      std::copy_n(from.bits.row(from_row), bits.words_per_row(), bits.row(to_row));
    } else {
      std::copy_n(from.real.row(from_row), real.cols(), real.row(to_row));
    }
  }
  // Rows [first, first + count) of another, and back to where they came from in one of the shape that it has.
  void take_rows(const LayerStates& from, Index first, Index count) {
    binary = from.binary;
    if (binary) return bits.take_rows(from.bits, first, count);
    real.resize(count, from.real.cols());
    std::copy_n(from.real.row(first), real.size(), real.data());
  }
  void put_rows(LayerStates& to, Index first) const {
    if (binary) return bits.put_rows(to.bits, first);
    std::copy_n(real.data(), real.size(), to.real.row(first));
  }
  // The shape alone: rows of one that has it already stay as they are.
  void shape(bool to_binary, Index rows_then, Index columns) {
    if (binary != to_binary || rows() != rows_then || cols() != columns) resize(to_binary, rows_then, columns);
  }
  void swap_rows(Index a, Index b) {
    if (binary) {
      std::swap_ranges(bits.row(a), bits.row(a) + bits.words_per_row(), bits.row(b));
    } else {
      std::swap_ranges(real.row(a), real.row(a) + real.cols(), real.row(b));
    }
  }
  bool operator==(const LayerStates& other) const {
    return binary == other.binary && rows() == other.rows() && cols() == other.cols() &&
           (binary ? bits == other.bits : std::equal(real.data(), real.data() + real.size(), other.real.data()));
  }
  // The first `columns` of every row as floats, or of rows [first, first + count).
  Matrix values(Index columns) const { return values(columns, 0, rows()); }
  Matrix values(Index columns, Index first, Index count) const {
    if (binary) return floats_of(bits, columns, first, count);
    Matrix out(count, columns);
    for (Index r = 0; r < count; ++r) std::copy_n(real.row(first + r), columns, out.data() + r * columns);
    return out;
  }
};

}  // namespace wakesleep
