// Both sides less their mean activity (Melchior, Fischer and Wiskott 2016). In the centred machine
//
//   E = -(v - mu)'b~ - (h - lambda)'c~ - (v - mu)'W(h - lambda),   b~ = b + W lambda,   c~ = c + W'mu,
//
// which is the same distribution, the gradient is dW~ = dW - mu dc' - db lambda', db~ = db, dc~ = dc. The optimizer
// steps along it, and the plain biases follow: b moves by the step of b~ less (step of W) lambda, c by that of c~ less
// (step of W)'mu: by weight decay and momentum, too, which belong to the centred W. For plain gradient ascent that is
// algorithm 1 of the paper, whose change of parameters when mu and lambda move leaves the plain ones as they are.
#pragma once

#include "learning/gradient.h"
#include "wakesleep/rbm.h"
#include "wakesleep/training_options.h"

namespace wakesleep {

// Moves the biases of the rows and of the columns of W as that says, after the step of W; mu and lambda are the offsets
// of the rows and of the columns, as they enter the interaction.
void follow_step(const MatrixView& step, const Vector& mu, const Vector& lambda, Vector& b, Vector& c);

class Centering {
 public:
  // mu and lambda, of Gaussian units over their variance as they enter the interaction, are
  // rbm.training_state().visible_offset and .hidden_offset.
  Centering(Rbm& rbm, const TrainingOptions& options) : rbm_(&rbm), options_(&options) {}
  // Moves mu and lambda towards the batch's mean activities.
  void follow(const Vector& mean_v, const Vector& mean_h);
  void centre(Gradient& gradient) const;
  // After the step, the change of W in `step`: the plain biases.
  void correct_biases(const MatrixView& step);

 private:
  Rbm* rbm_;
  const TrainingOptions* options_;
  Vector mu_, lambda_;
};

}  // namespace wakesleep
