#include "learning/rule.h"

#include "learning/contrastive_divergence.h"
#include "learning/exact_gradient.h"
#include "learning/persistent.h"
#include "learning/tempering.h"

namespace wakesleep {

std::unique_ptr<LearningRule> make_rule(Rbm& rbm, const TrainingOptions& options) {
  switch (options.method) {
    case Method::cd:
    case Method::mean_field:
      return std::make_unique<ContrastiveDivergence>(rbm, options);
    case Method::pcd:
    case Method::fpcd:
      return std::make_unique<Persistent>(rbm, options);
    case Method::pt:
      return std::make_unique<Tempering>(rbm, options);
    case Method::exact:
      return std::make_unique<ExactGradient>(rbm);
  }
  return nullptr;
}

}  // namespace wakesleep
