// What annealed importance sampling shares whatever the model: its options, its betas, its base rates and its estimate.
#pragma once

#include <vector>

#include "units/unit_type.h"
#include "wakesleep/ais.h"

namespace wakesleep {

// std::out_of_range or std::invalid_argument naming the option.
void check(const AisOptions& options, const VectorD* base_rates);
AisBase base_of(const AisOptions& options, const VectorD* base_rates);
// The k-th of options.betas: 0 for 0, 1 for the last; of an adaptive schedule before it has adapted.
double beta_at(const AisOptions& options, Index k);
// The biases of visible units that are independent and have these means, away from means that only an infinite bias
// has. Units whose means give no bias in closed form keep that in `biases`, one a unit. std::out_of_range for rates
// that do not fit.
Vector base_biases(const units::Type& type, const VectorD& base_rates, const Vector& biases);

// Examples that as many chains start at, evenly spread: runs x visible. std::out_of_range for data of another width.
Matrix starts_of_chains(const Dataset& data, Index runs, Index visible);

// Log weights are logarithms of p*_model / p*_base along the path, of forward and of reverse runs. The average of their
// exponentials estimates Z_model / Z_base from forward runs, that of the reciprocals Z_base / Z_model from reverse
// ones.
enum class Direction { forward, reverse };
LogPartition estimate_from(const std::vector<double>& log_weights, double log_z_base,
                           Direction direction = Direction::forward);

}  // namespace wakesleep
