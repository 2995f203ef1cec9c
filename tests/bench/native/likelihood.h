// What likelihoods are estimated, learned and sampled with, for the benchmark: a machine of 784 x 500 units with the
// first parameters that all contenders begin with, 100 chains or examples.
//
//   ais         inverse temperatures of annealed importance sampling
//   pcd         batches of persistent contrastive divergence
//   tempering   batches of parallel tempering, 10 chains at 10 temperatures
//   dreams      Gibbs steps
//   mean-field  iterations in a deep Boltzmann machine of 784-500-1000 units
#pragma once

#include <memory>
#include <string>

#include "wakesleep/dataset.h"
#include "wakesleep/dbm.h"
#include "wakesleep/gibbs.h"
#include "wakesleep/rbm.h"
#include "wakesleep/training.h"

namespace wakesleep::bench {

class Likelihood {
 public:
  // Both must outlive this; batches are learned by copies of the machine.
  Likelihood(const Rbm& rbm, const Dataset& data);
  // `times` of one of these.
  void run(const std::string& work, int times);

 private:
  void anneal(int betas);
  void infer(int iterations);

  const Rbm* rbm_;
  Rbm persistent_, tempered_;
  std::unique_ptr<Training> pcd_, tempering_;
  GibbsChains chains_;
  Dbm dbm_;
  Matrix images_;
};

}  // namespace wakesleep::bench
