// Layers of a feed-forward net: from inputs to states and from errors of states to errors of inputs, what is lost, and
// the sums of the backward pass. The same bits for any number of threads.
#pragma once

#include "math/products.h"
#include "wakesleep/network.h"
#include "wakesleep/network_training_options.h"
#include "wakesleep/random.h"

namespace wakesleep {

// Streams of random numbers of feed-forward nets, 100 to 109: units that are left out, inputs that are set to 0, what
// is added to inputs.
struct NetworkStream {
  static constexpr Stream dropout{100}, corruption{101}, noise{102};
};

// The standard deviation of W[layer] of an untrained net.
float first_deviation(const NetworkShape& shape, Index layer);

// x = b + y W.
void layer_inputs(const MatrixView& y, const Matrix& W, const Vector& b, Scratch& x, math::Workspace& workspace);
// Inputs of units become their states, in place.
void activate(Activation activation, MatrixRef x);
// Errors d of a layer's states (some derivative by them) become those of its inputs, in place. y: the states, which
// were divided by `stays` where units were left out, and are 0 where they were.
void pass_back(Activation activation, const MatrixView& y, float stays, MatrixRef d);

// - sum_k t_k log y_k of a row, for sigmoids - sum_k (1 - t_k) log(1 - y_k) besides, from the inputs x of the outputs.
double cross_entropy(Activation activation, const float* x, const float* t, Index n);
// sum_k (y_k - t_k)^2.
double squared_error(const float* y, const float* t, Index n);
inline bool has_cross_entropy(Activation activation) {
  return activation == Activation::sigmoid || activation == Activation::softmax;
}
// What the loss falls by with the inputs of the outputs, times `scale`: minus its derivative.
void output_errors(Activation activation, Loss loss, const MatrixView& y, const MatrixView& t, float scale, Scratch& d);

// sums[i] += the sum of column i.
void add_columns(const MatrixView& x, Vector& sums);

}  // namespace wakesleep
