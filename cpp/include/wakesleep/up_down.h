// Up-down learning, the contrastive form of wake-sleep (Hinton, Osindero and Teh 2006, section 5 and appendix B): all
// layers of a greedily trained DBN learn at once. Below the top machine recognition weights R and generative weights W
// are untied. A mini-batch has
//
//   a pass up: states of every layer drawn by the recognition weights, x_l+1 ~ q(x_l+1 | x_l), and the labels' own;
//   Gibbs sampling in the top machine, k steps from there, which change the label unit that is on as well;
//   a pass down: states of every layer drawn by the generative weights from where the top's chain ended.
//
// Generative weights learn to bring forth the states of the pass up, each layer from the one above, and recognition
// weights to find those of the pass down, each layer from the one below, both by the delta rule,
//
//   dW_l = (x_l - p(x_l | x_l+1))' x_l+1,   dR_l = y_l' (y_l+1 - q(y_l+1 | y_l)),
//
// and the top machine by contrastive divergence between where the chain began and where it ended. All gradients are of
// the parameters before the batch. Units of the chain are always sampled, label units too, where the paper's code has
// the labels' probabilities: the mean of the gradient is the same.
#pragma once

#include <memory>
#include <vector>

#include "wakesleep/dataset.h"
#include "wakesleep/dbn.h"
#include "wakesleep/training.h"
#include "wakesleep/up_down_options.h"

namespace wakesleep {

// std::out_of_range naming the option.
void check(const UpDownOptions& options);

// As check and train of training.h. The net needs at least two machines, whose units are all Bernoulli, label units,
// and greedy training of every machine; the data need labels. Progress has the layer depth(). The reconstruction error
// is of the visible units' means given the states of layer 1 in the pass up. Free energies are of the top machine given
// the upward means. From here on the net has recognition weights of its own, and greedy training is over: train() of
// training.h refuses it.
std::vector<Refusal> check(const Dbn& dbn, const Dataset& data, const UpDownOptions& options);
std::unique_ptr<TrainingWith<UpDownOptions>> train(Dbn& dbn, const Dataset& data, const UpDownOptions& options);

}  // namespace wakesleep
