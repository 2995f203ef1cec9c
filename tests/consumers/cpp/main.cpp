// Trains a restricted Boltzmann machine on bars and stripes and prints its exact log-likelihood.
#include <wakesleep/exact.h>
#include <wakesleep/patterns.h>
#include <wakesleep/rbm.h>
#include <wakesleep/training.h>

#include <cmath>
#include <cstdio>

int main() {
  const wakesleep::Dataset bars = wakesleep::bars_and_stripes(3);
  wakesleep::Rbm rbm({.visible = 9, .hidden = 16}, 1);

  wakesleep::TrainingOptions options;
  options.epochs = 5000;
  options.method = wakesleep::Method::pcd;
  options.k = 5;
  options.learning_rate = 0.05;
  options.momentum = 0;
  options.weight_decay = 0;
  const auto training = wakesleep::train(rbm, bars, options);
  while (training->step()) {
  }

  const double log_z = wakesleep::exact_log_partition(rbm);
  std::printf("%.3f nats an image; the best possible is %.3f\n", wakesleep::mean_log_likelihood(rbm, bars, log_z),
              -std::log(static_cast<double>(bars.count())));
}
