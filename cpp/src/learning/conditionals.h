// What one layer is given the other: every draw that learning makes is made here, whatever the units are.
#pragma once

#include <span>

#include "math/slices.h"
#include "models/state_space.h"
#include "wakesleep/training.h"

namespace wakesleep {

class Conditionals {
 public:
  // By the machine's own parameters, as they are when something is drawn.
  explicit Conditionals(const Rbm& rbm) : rbm_(&rbm), W_(&rbm.W()), b_(&rbm.b()), c_(&rbm.c()) {}
  // By other parameters of the same shape, which must outlive this.
  Conditionals(const Rbm& rbm, const ParameterSet& parameters)
      : rbm_(&rbm), W_(&parameters.W), b_(&parameters.b), c_(&parameters.c) {}

  Index visible() const { return rbm_->visible(); }
  Index labels() const { return rbm_->labels(); }
  Index width() const { return rbm_->width(); }
  Index hidden() const { return rbm_->hidden(); }
  Layer visible_side() const;
  Layer hidden_side() const;

  // Of a product of one row with the weights.
  double multiplications() const { return static_cast<double>(W_->size()); }
  bool both_binary() const { return visible_side().binary() && hidden_side().binary(); }

  // The other layer counts as that many tied copies of itself, in hidden(), sample_visible() and visible_means() of
  // states.
  void scale_inputs(const InputScales& scales) { scales_ = scales; }
  // Hidden units that are left out, one row each as in the states drawn; null: none is.
  void leave_out(const BitMatrix* kept) { kept_ = kept; }

  // h given v: means where `means` is there, states where `states` is; they are given their shape here.
  void hidden(const LayerStates& v, Scratch* means, LayerStates* states, const math::Place& place) {
    hidden({0, v.rows()}, v, means, states, place);
  }
  // Here and below with `some`, of those rows alone: the others stay as they are, and all of them one part after the
  // other, from row 0 on, come out as they do at once.
  void hidden(math::RowRange some, const LayerStates& v, Scratch* means, LayerStates* states, const math::Place& place);
  // v given h, labels included: states, and with `first_means` the means of its rows, which are the first of all.
  // words: of a replicated softmax, the length of each row's document; null else, here and below.
  void sample_visible(const LayerStates& h, const math::Place& place, const float* words, LayerStates& v,
                      Scratch* first_means = nullptr) {
    sample_visible({0, h.rows()}, h, place, words, v, first_means);
  }
  void sample_visible(math::RowRange some, const LayerStates& h, const math::Place& place, const float* words,
                      LayerStates& v, Scratch* first_means);
  // Means in v.real.
  void visible_means(const LayerStates& h, const float* words, LayerStates& v) {
    visible_means({0, h.rows()}, h, words, v);
  }
  void visible_means(math::RowRange some, const LayerStates& h, const float* words, LayerStates& v);
  void visible_means(const Scratch& h, const float* words, LayerStates& v) {
    visible_means({0, h.rows()}, h, words, v);
  }
  void visible_means(math::RowRange some, const Scratch& h, const float* words, LayerStates& v);

  // Some rows at inverse temperatures: all rows fall into as many equal blocks as there are of them. Between two
  // Bernoulli layers they multiply the whole energy; else the interaction alone, so that at 0 every unit is where its
  // bias has it, which is a distribution for units of every type. `inputs` are what enters the hidden units of these
  // rows at temperature 1.
  void sample_hidden_at(math::RowRange some, std::span<const float> inverse, const LayerStates& v,
                        const math::Place& place, LayerStates& h, Scratch& inputs);
  void sample_visible_at(math::RowRange some, std::span<const float> inverse, const LayerStates& h,
                         const math::Place& place, const float* words, LayerStates& v);
  // What the inverse temperature of a row multiplies, from what enters its hidden units.
  double tempered_energy(const LayerStates& v, const LayerStates& h, Index row, const float* hidden_inputs) const;

  // log sum or integral over the other layer of exp(-E), for each row of states.
  void log_weights_of_visible(const LayerStates& v, VectorD& out);
  void log_weights_of_hidden(const LayerStates& h, VectorD& out);

 private:
  void leave_out_of(Index first, Index rows, Scratch* means, LayerStates* states) const;
  const LayerStates& rows_of(const LayerStates& all, math::RowRange some);

  const Rbm* rbm_;
  const Matrix* W_;
  const Vector *b_, *c_;
  const BitMatrix* kept_ = nullptr;
  InputScales scales_;
  Vector scaled_bias_;
  Scratch inputs_;
  // Of some rows at inverse temperatures of theirs: what is given, and what is drawn.
  LayerStates some_given_, some_states_;
  std::vector<float> words_;
  LayerSampler sampler_;
  LogWeights log_weights_;
};

}  // namespace wakesleep
