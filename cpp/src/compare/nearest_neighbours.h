// A classifier that learns nothing: the label of the nearest training examples, by Euclidean distance.
#pragma once

#include <vector>

#include "wakesleep/dataset.h"

namespace wakesleep {

struct Neighbours {
  std::vector<int> labels;       // by majority of the k nearest; of labels that tie, the one with the nearest example
  std::vector<float> distances;  // to the nearest
};

// queries: rows of training.width() values. std::out_of_range for another width, and unless 1 <= k <= training.count();
// std::invalid_argument for examples without labels.
Neighbours nearest_neighbours(MatrixView queries, const Dataset& training, Index k = 1);

}  // namespace wakesleep
