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
#include "wakesleep/training.h"

namespace wakesleep {

struct DbmTrainingOptions {
  // Of the RBMs, one for all or one each; empty: none. Ignored once it is over or joint training has begun. It
  // overwrites the model's parameters at its end and none before.
  std::vector<TrainingOptions> pretraining;
  std::uint64_t epochs = 10;        // of joint training, 0 .. 10^6; that many more than the model has had
  Index batch_size = 100;           // 1 .. 65536; the last batch of an epoch may be smaller
  double learning_rate = 0.005;     // > 0, <= 100
  double final_learning_rate = -1;  // reached linearly in the last epoch; negative: the learning rate stays
  std::int64_t schedule_start =
      -1;                      // the epoch in the model's life where the rate's way begins; negative: the present one
  double momentum = 0.5;       // 0 <= momentum < 1
  double weight_decay = 2e-4;  // L2 on the weights, not on biases; >= 0
  Index k = 5;                 // Gibbs steps of the persistent chains a batch, 1 .. 10,000
  Index chains = 0;            // persistent chains, to 65536; 0: as many as the batch size
  MeanFieldOptions mean_field{10, 1e-4, 0};
  bool centering = false;
  double centering_rate = 0.01;        // 0 <= rate <= 1: of a batch's means in the running mean of the offsets
  States data_states = States::mean;   // grey data: as they are, or sampled to bits anew whenever they are shown
  bool visible_bias_from_data = true;  // an untrained model with b0 = 0 starts with b0 = log-odds of the data
  std::uint64_t seed = 1;
};

// std::out_of_range naming the option.
void check(const DbmTrainingOptions& options);

// As train of training.h, to which Progress::layer is the RBM in pretraining, or depth() in joint training. A model
// with labels needs labelled data, whose labels are held in the positive phase. mean_free_energy is the variational
// one, and NaN in pretraining.
std::unique_ptr<Training> train(Dbm& dbm, const Dataset& data, const DbmTrainingOptions& options);

// The DBM that a stack of pretrained RBMs makes, as said above.
DbmParameters compose(const Dbn& pretrained);

}  // namespace wakesleep
