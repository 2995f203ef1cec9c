// Dense matrices and packed binary ones. A matrix holds one example a row.
#pragma once

#include <Eigen/Core>
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <new>
#include <vector>

namespace wakesleep {

using Index = Eigen::Index;
using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using MatrixD = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Vector = Eigen::VectorXf;
using VectorD = Eigen::VectorXd;
// Whole rows, one after the other, without gaps: what every function that reads examples takes.
using MatrixView = Eigen::Map<const Matrix>;

inline MatrixView view(const Matrix& m) { return MatrixView(m.data(), m.rows(), m.cols()); }

// Floats whose memory is only ever grown: for the buffers of loops whose last round is smaller than the others.
class Scratch {
 public:
  void resize(Index rows, Index cols) {
    const auto size = static_cast<std::size_t>(rows) * static_cast<std::size_t>(cols);
    if (size > static_cast<std::size_t>(memory_.size())) memory_.resize(static_cast<Index>(size));
    rows_ = rows;
    cols_ = cols;
  }
  Index rows() const { return rows_; }
  Index cols() const { return cols_; }
  Index size() const { return rows_ * cols_; }
  float* data() { return memory_.data(); }
  const float* data() const { return memory_.data(); }
  float* row(Index r) { return memory_.data() + r * cols_; }
  const float* row(Index r) const { return memory_.data() + r * cols_; }
  float& operator()(Index r, Index c) { return memory_[r * cols_ + c]; }
  float operator()(Index r, Index c) const { return memory_[r * cols_ + c]; }

 private:
  Vector memory_;
  Index rows_ = 0, cols_ = 0;
};

inline MatrixView view(const Scratch& m) { return MatrixView(m.data(), m.rows(), m.cols()); }

// What a function writes to.
struct MatrixRef {
  MatrixRef(Matrix& m) : data(m.data()), rows(m.rows()), cols(m.cols()) {}
  MatrixRef(Scratch& m) : data(m.data()), rows(m.rows()), cols(m.cols()) {}
  MatrixRef(float* of_data, Index of_rows, Index of_cols) : data(of_data), rows(of_rows), cols(of_cols) {}
  float* data;
  Index rows, cols;
};

// Binary states, 64 to a word, each row starting on a word of its own; the bits past the last column are zero.
class BitMatrix {
 public:
  BitMatrix() = default;
  BitMatrix(Index rows, Index cols) { resize(rows, cols); }

  // Sets the shape and clears every bit; memory is only ever grown.
  void resize(Index rows, Index cols) {
    const Index words_per_row = (cols + 63) / 64;
    // Index has 32 bits in WebAssembly, where the product of an absurd shape would wrap to a small one.
    const auto words = static_cast<std::uint64_t>(rows) * static_cast<std::uint64_t>(words_per_row);
    if (words > static_cast<std::uint64_t>(std::numeric_limits<Index>::max()) / sizeof(std::uint64_t))
      throw std::bad_alloc();
    words_.assign(static_cast<std::size_t>(words), 0);
    rows_ = rows;
    cols_ = cols;
    words_per_row_ = words_per_row;
  }

  Index rows() const { return rows_; }
  Index cols() const { return cols_; }
  Index words_per_row() const { return words_per_row_; }
  std::uint64_t* row(Index r) { return words_.data() + r * words_per_row_; }
  const std::uint64_t* row(Index r) const { return words_.data() + r * words_per_row_; }

  bool get(Index r, Index c) const { return (row(r)[c >> 6] >> (c & 63)) & 1; }
  void set(Index r, Index c, bool on) {
    const std::uint64_t mask = std::uint64_t{1} << (c & 63);
    std::uint64_t& word = row(r)[c >> 6];
    word = on ? word | mask : word & ~mask;
  }
  // The shape alone: rows of one that has it already stay as they are.
  void shape(Index rows, Index cols) {
    if (rows_ != rows || cols_ != cols) resize(rows, cols);
  }
  // Rows [first, first + count) of another, and back to where they came from in one of as many columns.
  void take_rows(const BitMatrix& from, Index first, Index count) {
    resize(count, from.cols());
    std::copy_n(from.row(first), count * words_per_row_, row(0));
  }
  void put_rows(BitMatrix& to, Index first) const { std::copy_n(row(0), rows_ * words_per_row_, to.row(first)); }
  bool operator==(const BitMatrix&) const = default;

 private:
  Index rows_ = 0, cols_ = 0, words_per_row_ = 0;
  std::vector<std::uint64_t> words_;
};

// The first `columns` of rows [first, first + count) as 0 and 1.
inline Matrix floats_of(const BitMatrix& bits, Index columns, Index first, Index count) {
  Matrix out(count, columns);
  for (Index r = 0; r < count; ++r) {
    const std::uint64_t* words = bits.row(first + r);
    float* to = out.data() + r * columns;
    for (Index c = 0; c < columns; c += 64) {
      const std::uint64_t word = words[c >> 6];
      const Index some = std::min<Index>(64, columns - c);
      for (Index i = 0; i < some; ++i) to[c + i] = static_cast<float>((word >> i) & 1);
    }
  }
  return out;
}
inline Matrix floats_of(const BitMatrix& bits) { return floats_of(bits, bits.cols(), 0, bits.rows()); }

}  // namespace wakesleep
