// How deep Boltzmann machines learn.
#pragma once

#include <optional>
#include <vector>

#include "wakesleep/mean_field_options.h"
#include "wakesleep/training_options.h"

namespace wakesleep {

struct DbmTrainingOptions : GenerativeOptions {
  DbmTrainingOptions() {
    learning_rate = 0.005;
    momentum = 0.5;
  }
  // Of the RBMs, one for all or one each; empty: none. Ignored once it is over or joint training has begun. It
  // overwrites the model's parameters at its end and none before.
  std::vector<TrainingOptions> pretraining;
  Index k = 5;                  // Gibbs steps of the persistent chains a batch, 1 .. 10,000
  std::optional<Index> chains;  // persistent chains, 1 .. 65536; empty: as many as the batch size
  MeanFieldOptions mean_field{10, 1e-4, 0};
  bool centering = false;
  double centering_rate = 0.01;       // 0 .. 1: of a batch's means in the running mean of the offsets
  States data_states = States::mean;  // grey data: as they are, or sampled to bits anew whenever they are shown
};

}  // namespace wakesleep
