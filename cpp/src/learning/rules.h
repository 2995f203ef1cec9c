// All learning rules, by the method that options name.
#pragma once

#include <memory>
#include <string>

#include "learning/rule.h"

namespace wakesleep {

// Rbm and options outlive the rule. The machine is one that the rule can be applied to.
std::unique_ptr<LearningRule> make_rule(Rbm& rbm, const TrainingOptions& options);
// Why a machine of this shape can't learn by the rule; empty when it can.
std::string why_not(Method method, const RbmShape& shape);

}  // namespace wakesleep
