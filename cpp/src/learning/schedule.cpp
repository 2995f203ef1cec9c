#include "learning/schedule.h"

#include <cmath>

#include "math/scalar.h"

namespace wakesleep {

Step step_in(const TrainingOptions& options, const Epoch& epoch) {
  double rate = options.learning_rate;
  if (options.final_learning_rate) {
    const double along = epoch.along(options.epochs);
    if (options.learning_rate_schedule == RateSchedule::linear) {
      rate += (*options.final_learning_rate - rate) * along;
    } else {
      rate *= math::exp(along * math::log(*options.final_learning_rate / rate));
    }
  }
  const double momentum = epoch.now < options.initial_momentum_epochs ? options.initial_momentum : options.momentum;
  const double of_sigma = options.sigma_learning_rate.value_or(rate);
  return {static_cast<float>(rate), static_cast<float>(momentum), static_cast<float>(options.weight_decay),
          static_cast<float>(options.l1), static_cast<float>(of_sigma)};
}

Index k_in(const TrainingOptions& options, const Epoch& epoch) {
  if (!options.final_k) return options.k;
  return static_cast<Index>(std::floor(static_cast<double>(options.k) +
                                       epoch.along(options.epochs) * static_cast<double>(*options.final_k - options.k) +
                                       0.5));
}

}  // namespace wakesleep
