// One side of the gradient: states of both layers, row by row, and how much each row counts.
#pragma once

#include <vector>

#include "wakesleep/layer_states.h"

namespace wakesleep {

struct Phase {
  LayerStates v;           // label units included
  Scratch h;               // means of the hidden units, where the statistics are made of them
  LayerStates h_states;    // and states, where they are sampled
  bool of_means = true;    // whether the statistics take the hidden means or the states
  bool v_is_mean = false;  // whether v are means given h, about which units vary
  // What the rows count together, each the same, or what each counts.
  float total = 1;
  std::vector<float> weights;

  Index rows() const { return v.rows(); }
  float weight(Index row) const {
    return weights.empty() ? total / static_cast<float>(rows()) : weights[static_cast<std::size_t>(row)];
  }
  float weight_of_all() const {
    if (weights.empty()) return total;
    float sum = 0;
    for (const float weight : weights) sum += weight;
    return sum;
  }
};

}  // namespace wakesleep
