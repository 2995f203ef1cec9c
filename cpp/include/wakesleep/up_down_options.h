// How DBNs learn all layers at once, after their greedy training.
#pragma once

#include "wakesleep/training_options.h"

namespace wakesleep {

enum class DbnMethod {
  up_down,  // contrastive wake-sleep (Hinton, Osindero and Teh 2006, section 5)
};

struct UpDownOptions : LearningOptions {
  UpDownOptions() {
    learning_rate = 0.02;
    weight_decay = 0;
  }
  DbnMethod method = DbnMethod::up_down;
  // Gibbs steps of the top machine a batch, 1 .. 10,000: k in the first third of the epochs, final_k in the last one
  // and the mean of the two, rounded down, between them: 3, 6 and 10 as in the paper.
  Index k = 3, final_k = 10;
  // Whether each batch has every label in the proportion that it has in the data, to within an example or two, or
  // examples as they come.
  bool balanced = true;
  States data_states = States::mean;  // grey data: as they are, or sampled to bits anew whenever they are shown
};

}  // namespace wakesleep
