// What the refusals of sums over too many states say, and what estimates stand in for such a sum.
#pragma once

#include <string>

#include "wakesleep/rbm.h"

namespace wakesleep {

std::string too_many_states(const Rbm& rbm);

// Tails of such a message.
inline constexpr const char* annealing_instead = ": method 'ais', annealed importance sampling, estimates log Z";
inline constexpr const char* posterior_chains_instead =
    ": Gibbs sampling, as posterior does it, estimates the posterior's means";

}  // namespace wakesleep
