// The cheap anchor of PyDeep's author: an RBM whose likelihood is exact.
#include <algorithm>
#include <cmath>
#include <cstdio>

#include "cli/data_options.h"
#include "cli/reproductions.h"
#include "wakesleep/exact.h"
#include "wakesleep/training.h"

namespace wakesleep::cli {
namespace {

Dataset flipped(const Dataset& data) {
  BitMatrix bits(data.count(), data.width());
  constexpr Index at_once = 1000;
  for (Index first = 0; first < data.count(); first += at_once) {
    const Matrix x = data.rows(first, std::min(at_once, data.count() - first));
    for (Index r = 0; r < x.rows(); ++r)
      for (Index i = 0; i < x.cols(); ++i) bits.set(first + r, i, x(r, i) == 0);
  }
  return Dataset::from_bits(std::move(bits));
}

struct Run {
  const char* name;
  const Dataset* data;
  bool centering, log_odds;
};

double exact_log_likelihood(const Run& run, std::uint64_t seed, std::uint64_t epochs) {
  TrainingOptions o;
  o.method = Method::pcd;
  o.learning_rate = 0.01;
  o.momentum = o.weight_decay = 0;
  o.epochs = epochs;
  o.centering = run.centering;
  o.visible_bias_from_data = run.log_odds;
  o.seed = seed;
  Rbm rbm({784, 16, 0}, seed);
  const auto training = train(rbm, *run.data, o);
  while (training->step()) {
  }
  return mean_log_likelihood(rbm, *run.data, exact_log_partition(rbm));
}

void run(const ReproductionOptions& options) {
  const std::uint64_t seeds = options.seeds ? options.seeds : 5, epochs = options.epochs ? options.epochs : 50;
  DataOptions which;
  which.threshold = 0.5;
  const Data mnist = read_data(which, Part::training);
  const Dataset images(mnist.examples), negatives = flipped(images);
  std::printf(
      "RBM 784 x 16, %s: exact log-likelihood of the training data in nats an image.\n"
      "PCD-1, as many chains as examples a batch, 100; learning rate 0.01, no momentum, no weight decay, %llu epochs.\n"
      "PyDeep's: centred -142.56, plain about -149.\n\n",
      mnist.description.c_str(), static_cast<unsigned long long>(epochs));
  const Run runs[] = {{"centred", &images, true, true},
                      {"plain", &images, false, true},
                      {"centred, flipped", &negatives, true, true},
                      {"plain, biases from 0", &images, false, false},
                      {"plain, flipped", &negatives, false, true}};
  for (const Run& run : runs) {
    double sum = 0, squares = 0;
    std::printf("%-22s", run.name);
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
      const double likelihood = exact_log_likelihood(run, seed, epochs);
      sum += likelihood;
      squares += likelihood * likelihood;
      std::printf("%10.3f", likelihood);
      std::fflush(stdout);
    }
    const auto n = static_cast<double>(seeds);
    const double mean = sum / n;
    std::printf("   mean %.3f", mean);
    if (seeds > 1) std::printf(" +- %.3f", std::sqrt(std::max(0.0, (squares - n * mean * mean) / (n - 1) / n)));
    std::printf("\n");
    std::fflush(stdout);
  }
}

}  // namespace

const Reproduction centered_mnist{
    .name = "centered-mnist",
    .shows =
        "Centering (Melchior, Fischer and Wiskott 2016): exact log-likelihood of a 784 x 16 RBM on thresholded MNIST, "
        "centred and plain, and on MNIST flipped",
    .published = "-142.56 nats an image centred, about -149 plain (PyDeep)",
    .takes = "minutes; needs $WAKESLEEP_DATA",
    .run = run};

}  // namespace wakesleep::cli
