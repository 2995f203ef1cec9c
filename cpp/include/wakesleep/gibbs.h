// Alternating Gibbs sampling in an RBM: many chains side by side, with a temperature, clamped visible units and labels.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "wakesleep/clamps.h"
#include "wakesleep/rbm.h"

namespace wakesleep {

class LayerSampler;

class GibbsChains {
 public:
  // Visible units start as fair coins, labels and softmax groups uniformly, Gaussian units by their biases, relu units
  // at an input of 0. The model must outlive the chains. chains: 1 .. 2^20. words: of a replicated softmax, the length
  // of each document, 1 .. 10^6. first: the number of the first of them, where they are some of many chains: each takes
  // the random numbers of its own number, however many stand beside it.
  GibbsChains(const Rbm& rbm, Index chains, std::uint64_t seed, Index words = 0, Index first = 0);
  GibbsChains(GibbsChains&&);
  GibbsChains& operator=(GibbsChains&&);
  ~GibbsChains();

  Index chains() const { return v_.rows(); }
  std::uint64_t steps() const { return step_; }

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

  const LayerStates& v_states() const { return v_; }  // chains x width
  const LayerStates& h_states() const { return h_; }  // chains x hidden
  const BitMatrix& v() const { return v_.bits; }      // of Bernoulli and softmax units, once a step was taken
  const BitMatrix& h() const { return h_.bits; }
  const Matrix& mean_v() const {
    return mean_v_;
  }                                 // chains x width: p(v | h) of the last step; clamped units at their values
  std::vector<int> labels() const;  // the label that is on in each chain; empty without labels

 private:
  void begin_at(const MatrixView& x, bool drawn);
  void draw_labels();
  void apply_clamps();

  const Rbm* rbm_;
  std::uint64_t seed_;
  std::uint32_t first_;
  std::uint64_t step_ = 0;
  LayerStates v_, h_;
  Matrix mean_v_;
  std::vector<float> words_;  // by chain; of a replicated softmax
  Clamps clamps_;
  std::unique_ptr<LayerSampler> sampler_;
};

}  // namespace wakesleep
