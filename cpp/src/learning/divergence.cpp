#include "learning/divergence.h"

#include <algorithm>
#include <cmath>

#include "math/decimal.h"

namespace wakesleep {
namespace {

struct Extreme {
  float magnitude = 0;
  Index at = 0;
};

template <class Values>
bool all_in_range(const Values& x) {
  bool in_range = true;
  for (Index i = 0; i < x.size(); ++i) in_range &= static_cast<double>(std::abs(x.data()[i])) < most_magnitude;
  return in_range;
}

// NaN counts as the largest.
template <class Values>
Extreme extreme(const Values& x) {
  Extreme found;
  for (Index i = 0; i < x.size(); ++i)
    if (!(std::abs(x.data()[i]) <= found.magnitude)) {
      found = {std::abs(x.data()[i]), i};
      if (std::isnan(found.magnitude)) break;
    }
  return found;
}

std::string unit_name(const Rbm& rbm, Index i) {
  return i < rbm.visible() ? "visible unit " + std::to_string(i) : "label unit " + std::to_string(i - rbm.visible());
}

// The largest of the three, by name and unit.
struct Named {
  Extreme found;
  std::string where;
};
Named largest_of(const Rbm& rbm, const Matrix& W, const Vector& b, const Vector& c) {
  const Extreme of_W = extreme(W), of_b = extreme(b), of_c = extreme(c);
  const auto less = [](const Extreme& x, const Extreme& y) {
    return !(y.magnitude <= x.magnitude) && !std::isnan(x.magnitude);
  };
  Named named{of_W, "W of " + unit_name(rbm, of_W.at / rbm.hidden()) + " and hidden unit " +
                        std::to_string(of_W.at % rbm.hidden())};
  if (less(named.found, of_b)) named = {of_b, "b of " + unit_name(rbm, of_b.at)};
  if (less(named.found, of_c)) named = {of_c, "c of hidden unit " + std::to_string(of_c.at)};
  return named;
}

std::string text(double number, int digits) {
  return std::isnan(number) ? "not a number" : math::rounded_text(number, digits);
}
std::string text(const Extreme& e) { return text(static_cast<double>(e.magnitude), 3); }

std::string leaves_range(const std::string& what, const Step& step) {
  return what + " would leave the range in which floats can learn. A learning rate below " +
         text(static_cast<double>(step.learning_rate), 6) + " is the usual cure";
}

}  // namespace

std::string divergence(const Step& step, double steepest, Optimizer& optimizer) {
  return optimizer.bound_after(step, steepest) < most_magnitude ? std::string() : leaves_range("weights", step);
}

std::string divergence(const Rbm& rbm, const Gradient& gradient, const Step& step, Optimizer& optimizer) {
  double steepest = 1;
  if (!gradient.bounded) {
    for (const Vector* sigma : {&gradient.sigma_v, &gradient.sigma_h})
      if (!all_in_range(*sigma)) {
        const Extreme worst = extreme(*sigma);
        return "the gradient of sigma of " + std::string(sigma == &gradient.sigma_v ? "visible" : "hidden") + " unit " +
               std::to_string(worst.at) + " is " + text(worst) +
               ". Data that are not standardised, or a sigma that runs to zero, are the usual cause: try a lower sigma "
               "learning rate";
      }
    if (!all_in_range(gradient.W) || !all_in_range(gradient.b) || !all_in_range(gradient.c)) {
      const Named worst = largest_of(rbm, gradient.W, gradient.b, gradient.c);
      return "the gradient of " + worst.where + " is " + text(worst.found) +
             ". Data that are not normalised, or weights of examples that are far apart, are the usual cause";
    }
    steepest = static_cast<double>(std::max({largest_magnitude(gradient.W.data(), gradient.W.size()),
                                             largest_magnitude(gradient.b.data(), gradient.b.size()),
                                             largest_magnitude(gradient.c.data(), gradient.c.size())}));
  }
  if (optimizer.bound_after(step, steepest) < most_magnitude) return {};
  const Named worst = largest_of(rbm, rbm.W(), rbm.b(), rbm.c());
  return leaves_range(worst.where + ", now " + text(worst.found) + ",", step);
}

}  // namespace wakesleep
