// What annealed importance sampling shares whatever the model: its options, its betas, its base rates and its estimate.
#pragma once

#include <vector>

#include "wakesleep/ais.h"

namespace wakesleep {

// std::out_of_range naming the option.
void check(const AisOptions& options);
// The k-th of options.betas: 0 for 0, 1 for the last.
double beta_at(const AisOptions& options, Index k);
// Log-odds of the base-rate model's visible units: of the data's means, or those given. std::out_of_range for rates
// that do not fit.
Vector base_log_odds(const VectorD& base_rates, Index visible);

// Log weights are of the ratios upwards, from the base to the model. Forward runs average them, reverse ones their
// reciprocals.
enum class Direction { forward, reverse };
LogPartition estimate_from(const std::vector<double>& log_weights, double log_z_base,
                           Direction direction = Direction::forward);

}  // namespace wakesleep
