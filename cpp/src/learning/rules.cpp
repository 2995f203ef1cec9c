#include "learning/rules.h"

#include <algorithm>
#include <iterator>

#include "learning/contrastive_divergence.h"
#include "learning/exact_gradient.h"
#include "learning/persistent.h"
#include "learning/tempering.h"
#include "learning/trajectory_tempering.h"

namespace wakesleep {
namespace {

template <class Rule>
std::unique_ptr<LearningRule> make(Rbm& rbm, const TrainingOptions& options) {
  return std::make_unique<Rule>(rbm, options);
}
std::string any_machine(const RbmShape&) { return {}; }

struct Row {
  Method method;
  std::unique_ptr<LearningRule> (*make)(Rbm&, const TrainingOptions&);
  std::string (*why_not)(const RbmShape&) = any_machine;
};

constexpr Row rows[] = {
    {Method::cd, make<ContrastiveDivergence>},
    {Method::pcd, make<Persistent>},
    {Method::fpcd, make<Persistent>},
    {Method::pt, make<Tempering>},
    {Method::ptt, make<TrajectoryTempering>, TrajectoryTempering::why_not},
    {Method::mean_field, make<ContrastiveDivergence>},
    {Method::exact, make<ExactGradient>, ExactGradient::why_not},
};

const Row& row_of(Method method) {
  return *std::find_if(std::begin(rows), std::end(rows), [&](const Row& row) { return row.method == method; });
}

}  // namespace

std::unique_ptr<LearningRule> make_rule(Rbm& rbm, const TrainingOptions& options) {
  return row_of(options.method).make(rbm, options);
}

std::string why_not(Method method, const RbmShape& shape) { return row_of(method).why_not(shape); }

}  // namespace wakesleep
