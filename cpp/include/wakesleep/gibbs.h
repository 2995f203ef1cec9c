// Alternating Gibbs sampling in an RBM: many chains side by side, with a temperature, clamped visible units and labels.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "wakesleep/layer_states.h"
#include "wakesleep/rbm.h"

namespace wakesleep {

class GibbsChains {
 public:
  // Visible units start as fair coins, labels and softmax groups uniformly, Gaussian units by their biases, relu units
  // at an input of 0. The model must outlive the chains. chains: 1 .. 2^20. words: of a replicated softmax, the length
  // of each document, 1 .. 10^6. first: the number of the first of them, where they are some of many chains: each takes
  // the random numbers of its own number, however many stand beside it.
  GibbsChains(const Rbm& rbm, Index chains, std::uint64_t seed, Index words = 0, Index first = 0);
  GibbsChains(GibbsChains&&) noexcept;
  GibbsChains& operator=(GibbsChains&&) noexcept;
  ~GibbsChains();

  Index chains() const;
  std::uint64_t steps() const;

  // Starts at these visible values, chains x visible or 1 x visible for all, with labels drawn from p(y | v) where the
  // model has an energy. Means, as values of Bernoulli units between 0 and 1 are, enter the first step as they are.
  void set_visible(const MatrixView& x);
  // The same, at states drawn from means.
  void draw_visible(const MatrixView& means);
  // Holds the visible units where mask is not 0 at values that such units can have; softmax groups are held whole, and
  // counts of words not at all. Both chains x visible or 1 x visible (for all chains).
  void clamp(const MatrixView& mask, const MatrixView& values);
  void release();
  // One entry for all chains or one for each: the label to hold, -1 for free.
  void clamp_labels(const std::vector<int>& labels);

  // h ~ p(h | v), then v ~ p(v | h), `count` times, at a temperature > 0: p^(1/T).
  void step(Index count, double temperature = 1);

  const LayerStates& v_states() const;                    // chains x width
  const LayerStates& h_states() const;                    // chains x hidden
  const BitMatrix& v() const { return v_states().bits; }  // of Bernoulli and softmax units
  const BitMatrix& h() const { return h_states().bits; }
  // chains x width: p(v | h) of the last step; clamped units at their values.
  const Matrix& mean_v() const;
  std::vector<int> labels() const;  // the label that is on in each chain; empty without labels

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace wakesleep
