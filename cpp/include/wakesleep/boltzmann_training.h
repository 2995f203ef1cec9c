// Learning of a Boltzmann machine: W_ij moves by <s_i s_j> with the data less <s_i s_j> of the model (Ackley, Hinton
// and Sejnowski 1985).
#pragma once

#include <optional>

#include "wakesleep/boltzmann.h"
#include "wakesleep/boltzmann_exact.h"

namespace wakesleep {

enum class BoltzmannMethod {
  exact,              // both by sums over all states
  cd,                 // the model's after k steps of Gibbs sampling from the data (Hinton 2002)
  pcd,                // the model's from chains that go on from step to step (Tieleman 2008)
  pseudo_likelihood,  // the gradient of sum_i log p(s_i | all others) (Besag 1975); for machines without hidden units
};

struct BoltzmannTrainingOptions {
  BoltzmannMethod method = BoltzmannMethod::exact;
  Index steps = 100;           // of the parameters, each by all rows: 0 to 1,000,000
  double learning_rate = 0.1;  // above 0, at most 100
  double weight_decay = 0;     // L2 on the weights: 0 to 100
  Index k = 1;                 // 1 to 10,000 steps of Gibbs sampling
  // Of the hidden units from fair coins with the visible ones held, before they are counted with the data by cd and
  // pcd. 1 to 10,000.
  Index clamped_steps = 10;
  Index chains = 100;  // of pcd: 1 to 65,536
  std::optional<std::uint64_t> seed{};
};

// The machine must outlive it. The same steps in portions are the same steps.
class BoltzmannTraining {
 public:
  // x: rows x visible of 0 and 1. std::out_of_range for what is outside what the options allow;
  // std::invalid_argument for pseudo-likelihood with hidden units.
  BoltzmannTraining(BoltzmannMachine& machine, Matrix x, const BoltzmannTrainingOptions& options);
  // A slice; false when nothing was left to do. Error(diverged): the machine stays as after its last step.
  bool step();
  double done() const;
  // Nats a row before the last step: log p(v), or log pseudo-likelihood; none where the method does not know it.
  std::optional<double> objective() const { return objective_; }

 private:
  void begin_sampling(Matrix states, const BoltzmannClamp& clamp, Index steps, Stream stream);
  void begin();
  bool work();
  MatrixD pseudo_likelihood_gradient();
  void move(const MatrixD& gradient);

  BoltzmannMachine* machine_;
  Matrix x_;
  BoltzmannTrainingOptions options_;
  std::uint64_t seed_;
  Index taken_ = 0;
  bool begun_ = false, model_phase_ = false;
  std::optional<BoltzmannLikelihood> likelihood_;
  std::optional<BoltzmannSampling> sampling_;
  MatrixD with_data_;
  std::optional<double> objective_;
};

}  // namespace wakesleep
