// Learning of deep Boltzmann machines (Salakhutdinov and Hinton 2009, section 3): pretraining, layer by layer, and then
// all layers at once, with mean-field inference for the data and persistent chains for the model.
//
// In pretraining each RBM stands for two layers of the DBM, whose units will have input from both sides. The lowest is
// trained as if it had its visible layer twice (its hidden units' input from it is doubled), the top one as if it had
// its hidden layer twice, the others as ordinary RBMs whose weights are then halved. A layer between two RBMs gets the
// mean of the inputs that they give it: a bias of (c of the one below + b of the one above) / 2. Labels belong to the
// top RBM and are there once.
//
// With centering (Montavon and Mueller 2012; Melchior, Fischer and Wiskott 2016) joint training works without
// pretraining: states x enter the weights' gradient as x - offset, offset being a running mean of the layer's states
// under the data, and the biases' gradient is less what the weights' step does at the offsets:
//   dW = <(x - o)(y - p)'>_data - <(x - o)(y - p)'>_model,   db = <x>_data - <x>_model - sum over neighbours y of dW p.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "wakesleep/dbm.h"
#include "wakesleep/dbm_training_options.h"
#include "wakesleep/training.h"

namespace wakesleep {

// std::out_of_range naming the option.
void check(const DbmTrainingOptions& options);

// As check and train of training.h, to which Progress::layer is the RBM in pretraining, or depth() in joint training. A
// model with labels needs labelled data, whose labels are held in the positive phase. Free energies are the variational
// ones, and there are none in pretraining.
std::vector<Refusal> check(const Dbm& dbm, const Dataset& data, const DbmTrainingOptions& options);
std::unique_ptr<TrainingWith<DbmTrainingOptions>> train(Dbm& dbm, const Dataset& data,
                                                        const DbmTrainingOptions& options);

// The DBM that a stack of pretrained RBMs makes, as said above.
DbmParameters compose(const Dbn& pretrained);

}  // namespace wakesleep
