// The delta rule, by which binary units learn to be what they were given others:
//
//   d log p(s) / dW = g' (s - p),   d log p(s) / db = s - p,   p = sigmoid(b + g W),
//
// s the units' states (targets) and g those of the others, row by row; a gradient is the mean over the rows. Nothing is
// allocated once every batch size was there.
#pragma once

#include "learning/optimizer.h"
#include "math/products.h"
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

class DeltaRule {
 public:
  // The optimizer outlives this.
  explicit DeltaRule(Optimizer& optimizer) : optimizer_(&optimizer) {}

  // s - p, which the moves below are made of: of units given others, of units that have biases alone, and of units
  // whose means are known (rows x units).
  void compare(const StatesView& targets, const StatesView& given, const math::Operand& weights, const Vector& bias);
  void compare(const StatesView& targets, const Vector& bias);
  void compare(const StatesView& targets, const Scratch& means);
  // The mean of its squares.
  double mean_square() const;

  // Moves the optimizer's tensor of this number: weights from children (s) to parents (g), units of s x units of g, in
  // which parents bring forth children; weights of which g recognises s, units of g x units of s; the biases of s.
  void move_generative(std::size_t number, const StatesView& given);
  void move_recognition(std::size_t number, const StatesView& given);
  void move_bias(std::size_t number);
  // By the gradient over `rows`, which are divided here, in place.
  void move(std::size_t number, Scratch& gradient, Index rows);

 private:
  void take_gradient(const StatesView& given);

  Optimizer* optimizer_;
  BitMatrix turned_bits_;
  Scratch means_, differences_, sums_, turned_, gradient_, turned_gradient_;
  math::Workspace workspace_;
};

}  // namespace wakesleep
