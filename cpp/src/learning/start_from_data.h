// Where the biases of an untrained model start, and the means that centering subtracts.
#pragma once

#include <span>
#include <vector>

#include "learning/example_source.h"
#include "learning/missing_values.h"
#include "wakesleep/training_options.h"

namespace wakesleep {

// b_i = log(p_i / (1 - p_i)), p_i the mean of unit i over the examples, kept from 0 and 1 by half an example: without
// weights a model of Bernoulli units has the data's means (Hinton 2012, "A practical guide to training restricted
// Boltzmann machines", section 8.1).
void start_at_log_odds(const VectorD& means, Index examples, Vector& b);

// The same for an RBM that is untrained and whose b is 0, whatever its visible units are; and the offsets of one that
// was not centred before.
class StartFromData {
 public:
  // `missing` may be null. All outlive this.
  StartFromData(Rbm& rbm, ExampleSource& source, MissingValues* missing, const TrainingOptions& options);
  // A slice; false when nothing was left to do.
  bool step();

 private:
  enum class Stage { none_yet, visible_means, hidden_means, over };
  void begin();
  void end_stage();
  void add_visible(std::span<const std::uint32_t> rows);
  void add_hidden();
  double visible_mean(Index i) const;
  void weigh(std::span<const std::uint32_t> rows);
  void start_biases();
  void move_biases_to_offsets(const Vector& mu, const Vector& lambda);

  Rbm* rbm_;
  ExampleSource* source_;
  MissingValues* missing_;
  const TrainingOptions* options_;
  Stage stage_ = Stage::none_yet;
  bool biases_ = false, offsets_ = false, untrained_ = false;
  std::vector<std::uint32_t> which_;  // examples, and how many of them this stage has seen
  std::size_t next_ = 0;
  LayerStates batch_;
  std::vector<double> weights_;  // of the rows of batch_, 1 on average over all examples that count
  double mean_weight_ = 1, hidden_weight_ = 0;
  VectorD sum_, known_, hidden_;  // sums over the examples, and how many of them know each visible unit
  Scratch h_;
};

}  // namespace wakesleep
