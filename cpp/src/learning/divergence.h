// Whether a step would leave the range in which floats can learn, and why. To be asked before the step is taken, so
// that the last good parameters stay. The answers are empty when it would not.
#pragma once

#include <string>

#include "learning/gradient.h"
#include "learning/optimizer.h"
#include "wakesleep/rbm.h"

namespace wakesleep {

// For gradients whose entries are known to be at most `steepest`.
std::string divergence(const Step& step, double steepest, Optimizer& optimizer);
// For an RBM, whose W, b and c are the optimizer's tensors. The answer names the quantity, its unit and the likely
// cause.
std::string divergence(const Rbm& rbm, const Gradient& gradient, const Step& step, Optimizer& optimizer);

}  // namespace wakesleep
