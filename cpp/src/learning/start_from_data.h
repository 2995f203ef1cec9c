// Where the biases of an untrained model start, and the means that centering subtracts.
#pragma once

#include "learning/example_source.h"
#include "learning/missing_values.h"
#include "wakesleep/training_options.h"

namespace wakesleep {

// b_i = log(p_i / (1 - p_i)), p_i the mean of unit i over the data, kept from 0 and 1 by half an example: without
// weights a model of Bernoulli units has the data's means (Hinton 2012, "A practical guide to training restricted
// Boltzmann machines", section 8.1).
void start_at_log_odds(const Dataset& data, Vector& b);

// The same for an RBM that is untrained and whose b is 0, whatever its visible units are; and the offsets of one that
// was not centred before. `missing` may be null.
void start_from_data(Rbm& rbm, ExampleSource& source, MissingValues* missing, const TrainingOptions& options);

}  // namespace wakesleep
