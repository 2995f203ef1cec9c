// What one layer is given the other: every draw that learning makes is made here.
#pragma once

#include <span>

#include "math/conditional.h"
#include "wakesleep/layer_states.h"
#include "wakesleep/rbm.h"

namespace wakesleep {

class Conditionals {
 public:
  // Of the machine with its own parameters, as they are when something is drawn.
  explicit Conditionals(const Rbm& rbm) : shape_(rbm.shape()), W_(&rbm.W()), b_(&rbm.b()), c_(&rbm.c()) {}
  // With other parameters of the same shape.
  Conditionals(const Rbm& rbm, const ParameterSet& parameters)
      : shape_(rbm.shape()), W_(&parameters.W), b_(&parameters.b), c_(&parameters.c) {}

  Index visible() const { return shape_.visible; }
  Index labels() const { return shape_.labels; }
  Index width() const { return shape_.visible + shape_.labels; }
  Index hidden() const { return shape_.hidden; }

  // Hidden units that are left out, one row each as in the states drawn; null: none is.
  void leave_out(const BitMatrix* kept) { kept_ = kept; }

  // h given v: means where `means` is there, states where the draw has some; they are given their shape here.
  void hidden(const LayerStates& v, Scratch* means, BitMatrix* states, const math::Place& place);
  // v given h, labels included: states, and with `first_means` the means of its rows, which are the first of all.
  void sample_visible(const BitMatrix& h, const math::Place& place, LayerStates& v, Scratch* first_means = nullptr);
  // Means in v.real.
  void visible_means(const BitMatrix& h, LayerStates& v);
  void visible_means(const Scratch& h, LayerStates& v);

  // At temperatures: rows fall into as many equal blocks as there are inverse temperatures. `inputs` of the hidden units are those
  // at temperature 1.
  void sample_hidden_at(std::span<const float> inverse, const BitMatrix& v, const math::Place& place, BitMatrix& h,
                        Scratch& inputs);
  void sample_visible_at(std::span<const float> inverse, const BitMatrix& h, const math::Place& place, BitMatrix& v);
  // E(v, h) of a row, from what enters its hidden units.
  double energy(const std::uint64_t* v, const std::uint64_t* h, const float* hidden_inputs) const;

  // log sum over the other layer of exp(-E), for each row of states.
  void log_weights_of_visible(const BitMatrix& v, double* out);
  void log_weights_of_hidden(const BitMatrix& h, double* out);

 private:
  // What enters the units of the other layer.
  void hidden_inputs(const BitMatrix& v, Scratch& inputs);
  void visible_inputs(const BitMatrix& h, Scratch& inputs);

  RbmShape shape_;
  const Matrix* W_;
  const Vector *b_, *c_;
  const BitMatrix* kept_ = nullptr;
  Scratch label_inputs_, inputs_;
  math::Workspace workspace_;
};

}  // namespace wakesleep
