// The delta rule, by which binary units learn to be what they were given others:
//
//   d log p(s) / dW = g' (s - p),   d log p(s) / db = s - p,   p = sigmoid(b + g W),
//
// s the units' states (targets) and g those of the others, row by row; a gradient is the mean over the rows. Sums over
// rows of a batch are made some rows at a time, and have the bits of sums over all at once where every part but the
// last is a multiple of four rows. Nothing is allocated once every batch size was there.
#pragma once

#include "learning/optimizer.h"
#include "math/products.h"
#include "math/slices.h"
#include "wakesleep/layer_states.h"

namespace wakesleep {

// States of a layer: bits, or real values where they are means.
struct StatesView {
  StatesView(const BitMatrix& states) : bits(&states) {}
  StatesView(const LayerStates& states)
      : bits(states.binary ? &states.bits : nullptr), real(states.binary ? nullptr : &states.real) {}
  Index rows() const { return bits ? bits->rows() : real->rows(); }
  Index cols() const { return bits ? bits->cols() : real->cols(); }

  const BitMatrix* bits = nullptr;
  const Scratch* real = nullptr;
};

// What the rows so far say: sums of g' (s - p), units of g x units of s, of s - p, and of the squares of that.
struct DeltaSums {
  // Without g, of units that have biases alone.
  void start(Index given, Index units);
  // The gradient, which the sums become: weights from children (s) to parents (g), units of s x units of g, in which
  // parents bring forth children; or weights of which g recognises s, units of g x units of s.
  void end_generative(Index rows);
  void end_recognition(Index rows);
  double mean_square(Index rows) const { return squares / static_cast<double>(rows * b.cols()); }

  Scratch W, b;
  double squares = 0;

 private:
  Scratch turned_;
};

class DeltaRule {
 public:
  // Adds some rows: of units given others, and of units that have biases alone.
  void add(math::RowRange some, const StatesView& targets, const StatesView& given, const math::Operand& weights,
           const Vector& bias, DeltaSums& sums);
  void add(math::RowRange some, const StatesView& targets, const Vector& bias, DeltaSums& sums);
  // The same with `sign` s in the place of s - p.
  void add_states(math::RowRange some, const BitMatrix& states, float sign, const BitMatrix* given, DeltaSums& sums);

 private:
  void compare(math::RowRange some, const StatesView& targets);
  void add_differences(math::RowRange some, const StatesView* given, DeltaSums& sums);

  BitMatrix some_, turned_bits_;
  Scratch means_, differences_, turned_;
  math::Workspace workspace_;
};

}  // namespace wakesleep
