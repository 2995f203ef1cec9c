// Trainings for the tests of learning rules and options: one of each kind, and a batch by batch comparison with those
// by hand.
#pragma once

#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <vector>

#include "by_hand.h"
#include "enumeration.h"
#include "learning/rules.h"
#include "wakesleep/patterns.h"
#include "wakesleep/random.h"

namespace wakesleep::test {

inline void run(Training& training) {
  while (training.step()) {
  }
}

struct Variant {
  std::string name;
  std::function<void(TrainingOptions&)> change;
};

// Every learning rule.
inline std::vector<Variant> rules() {
  return {
      {"cd", [](auto& o) { o.k = 2; }},
      {"pcd", [](auto& o) { o.method = Method::pcd; }},
      {"fpcd", [](auto& o) { o.method = Method::fpcd, o.fast_learning_rate = 0.1, o.fast_decay = 0.9; }},
      {"fpcd, the learning rate for all", [](auto& o) { o.method = Method::fpcd; }},
      {"fpcd, states", [](auto& o) { o.method = Method::fpcd, o.hidden_states = States::sampled, o.k = 2; }},
      {"pt", [](auto& o) { o.method = Method::pt, o.chains = 7, o.k = 2; }},
      {"pt, states", [](auto& o) { o.method = Method::pt, o.temperatures = 3, o.hidden_states = States::sampled; }},
      {"ptt", [](auto& o) { o.method = Method::ptt, o.chains = 7, o.k = 2; }},
      {"ptt, states",
       [](auto& o) { o.method = Method::ptt, o.reservoir = 3, o.rungs = 3, o.hidden_states = States::sampled; }},
      {"mean-field", [](auto& o) { o.method = Method::mean_field, o.k = 2; }},
      {"exact", [](auto& o) { o.method = Method::exact; }},
  };
}

// Every option that is not a rule. Those of labels and of single examples have their own.
inline std::vector<Variant> options() {
  return {
      {"centering", [](auto& o) { o.centering = true; }},
      {"centering, pcd, faster", [](auto& o) { o.method = Method::pcd, o.centering = true, o.centering_rate = 0.2; }},
      {"centering, exact", [](auto& o) { o.method = Method::exact, o.centering = true; }},
      {"centering, states", [](auto& o) { o.centering = true, o.hidden_states = States::sampled; }},
      {"adam", [](auto& o) { o.optimizer = OptimizerKind::adam, o.learning_rate = 0.01; }},
      {"adam, other betas",
       [](auto& o) { o.optimizer = OptimizerKind::adam, o.beta1 = 0.5, o.beta2 = 0.9, o.epsilon = 1e-3, o.l1 = 0.01; }},
      {"adam, centering",
       [](auto& o) { o.optimizer = OptimizerKind::adam, o.learning_rate = 0.01, o.centering = true; }},
      {"l1", [](auto& o) { o.l1 = 0.02; }},
      {"sparsity", [](auto& o) { o.sparsity_target = 0.1, o.sparsity_cost = 0.5; }},
      {"sparsity, states",
       [](auto& o) {
         o.sparsity_target = 0.2, o.sparsity_cost = 0.1, o.sparsity_decay = 0, o.hidden_states = States::sampled;
       }},
      {"sparsity, centering", [](auto& o) { o.sparsity_target = 0.1, o.sparsity_cost = 0.5, o.centering = true; }},
      {"dropout", [](auto& o) { o.dropout = 0.4; }},
      {"dropout, pcd", [](auto& o) { o.dropout = 0.4, o.method = Method::pcd, o.chains = 7; }},
      {"dropout, states", [](auto& o) { o.dropout = 0.4, o.hidden_states = States::sampled, o.k = 2; }},
      {"dropout, mean-field", [](auto& o) { o.dropout = 0.4, o.method = Method::mean_field; }},
      {"dropout, fpcd", [](auto& o) { o.dropout = 0.2, o.method = Method::fpcd; }},
  };
}

inline TrainingOptions plain_options() {
  TrainingOptions o;
  o.epochs = 2;
  o.batch_size = 5;
  o.visible_bias_from_data = false;
  o.seed = 77;
  return o;
}

// Some of the 3 x 3 bars and stripes, labelled.
inline Dataset few_images() {
  const Dataset all = bars_and_stripes(3);
  std::vector<std::uint32_t> rows;
  for (std::uint32_t r = 0; r < 13; ++r) rows.push_back(r);
  return all.subset(rows);
}

// v with its label units, for the rows of a batch.
inline MatrixD examples(const Dataset& data, std::span<const std::uint32_t> rows, Index labels) {
  Matrix x(static_cast<Index>(rows.size()), data.width());
  data.read(rows, x);
  MatrixD v = MatrixD::Zero(x.rows(), data.width() + labels);
  v.leftCols(data.width()) = x.cast<double>();
  if (labels)
    for (Index r = 0; r < v.rows(); ++r) v(r, data.width() + data.labels()[rows[static_cast<std::size_t>(r)]]) = 1;
  return v;
}

// What a training learns from: an example of weight 0 is not there.
inline std::vector<std::uint32_t> examples_that_count(const TrainingOptions& o, const Dataset& data) {
  std::vector<std::uint32_t> rows;
  for (Index r = 0; r < data.count(); ++r)
    if (o.weights.empty() || o.weights[static_cast<std::size_t>(r)] > 0) rows.push_back(static_cast<std::uint32_t>(r));
  return rows;
}

// Trains, batch by batch, and compares each with the one by hand; returns W at the end.
inline Matrix compare_with_hand(const TrainingOptions& o, const Dataset& data, Rbm& rbm, double tolerance = 3e-6,
                                const std::function<void(ByHand&, std::uint64_t epoch)>& at_epoch = {}) {
  const auto training = train(rbm, data, o);
  ByHand hand(o, rbm);
  hand.begin = [&](std::uint64_t at) {
    Rbm copy = rbm;
    const auto rule = make_rule(copy, o);
    const bool set_back = rule->settle(at);
    return BegunBatch{copy.training_state().ladder, copy.parameters(), set_back, rule->rate_scale()};
  };
  const std::vector<std::uint32_t> all = examples_that_count(o, data);
  if (o.centering) {
    const MatrixD v = examples(data, all, rbm.labels());
    const double n = static_cast<double>(v.rows());
    hand.mu = (v.colwise().sum().transpose().array().max(0.5).min(n - 0.5) / n).matrix();
    hand.lambda = hand.hidden_means(v, hand.W, hand.c).colwise().mean().transpose();
  }
  double all_weights = 0;
  for (const float weight : o.weights) all_weights += static_cast<double>(weight);
  std::vector<std::uint32_t> order, rows;
  std::uint64_t step = 0;
  const std::size_t count = all.size(), size = static_cast<std::size_t>(o.batch_size);
  for (std::uint64_t epoch = 0; epoch < o.epochs; ++epoch) {
    if (at_epoch) at_epoch(hand, epoch);
    shuffled_order(o.seed, epoch, order, static_cast<Index>(count));
    for (std::size_t first = 0; first < count; first += size) {
      rows.clear();
      for (std::size_t r = first; r < std::min(first + size, count); ++r) rows.push_back(all[order[r]]);
      MatrixD v = examples(data, rows, rbm.labels());
      if (o.mask) v = hand.filled(v, examples(*o.mask, rows, 0), step);
      VectorD w;
      if (!o.weights.empty()) {
        w.resize(v.rows());
        for (Index r = 0; r < v.rows(); ++r)
          w[r] = static_cast<double>(o.weights[rows[static_cast<std::size_t>(r)]]) / static_cast<double>(v.rows()) /
                 (all_weights / static_cast<double>(count));
      }
      hand.batch(v, step++, w);
      REQUIRE(training->step());
      REQUIRE((rbm.W().cast<double>() - hand.W).cwiseAbs().maxCoeff() < tolerance);
      REQUIRE((rbm.b().cast<double>() - hand.b).cwiseAbs().maxCoeff() < tolerance);
      REQUIRE((rbm.c().cast<double>() - hand.c).cwiseAbs().maxCoeff() < tolerance);
    }
  }
  CHECK_FALSE(training->step());
  return rbm.W();
}

}  // namespace wakesleep::test
