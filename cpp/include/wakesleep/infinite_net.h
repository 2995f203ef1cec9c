// An RBM is an infinite sigmoid belief net with tied weights (Hinton, Osindero and Teh 2006, "A fast learning algorithm
// for deep belief nets", section 2): visible and hidden layers in turn, W and W' between them. A step down is half a
// step of the RBM's Gibbs sampling, so whatever the top of a deep enough net generates, the visible units come out as
// the RBM's.
#pragma once

#include "wakesleep/rbm.h"
#include "wakesleep/sbn.h"
#include "wakesleep/sbn_exact.h"

namespace wakesleep {

// The sigmoid belief net of an RBM of Bernoulli units, without labels, with `depth` hidden layers, 1 to 15: b and c in
// turn are the layers' biases; those of the top layer are zero, so that its units are fair coins.
Sbn unroll(const Rbm& rbm, Index depth);

// What the top of an unrolled net is: independent fair coins; or the RBM itself, undirected, in the place of the two
// upper layers.
enum class UnrolledTop { fair_coins, rbm };

// p(v) of each of the 2^visible states (state s has unit i on where bit i of s is) in the net of any `depth` of 1 to
// 10,000 hidden layers, exactly. std::out_of_range for RBMs with labels, other units, or more than 25 units on both
// sides together.
StateProbabilities unrolled_distribution(const Rbm& rbm, Index depth, UnrolledTop top);
// p(v) of the RBM itself.
StateProbabilities exact_distribution(const Rbm& rbm);
// sum_s p(s) log(p(s) / q(s)), in nats.
double divergence(const StateProbabilities& p, const StateProbabilities& q);

}  // namespace wakesleep
