// What sigmoid belief nets are known for, on problems small enough to be enumerated.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <vector>

#include "cli/reproductions.h"
#include "wakesleep/infinite_net.h"
#include "wakesleep/patterns.h"
#include "wakesleep/sbn_exact.h"
#include "wakesleep/sbn_training.h"
#include "wakesleep/training.h"

namespace wakesleep::cli {
namespace {

constexpr std::uint64_t most_lines = 20;

struct Rule {
  const char* name;
  SbnMethod method;
};

// Mean log p(x) of the data under independent units with their means: the most that a net without connections can
// reach.
double independent_log_likelihood(const Dataset& data) {
  double sum = 0;
  for (const double p : data.mean())
    for (const double q : {p, 1 - p})
      if (q > 0) sum += q * std::log(q);
  return sum;
}

struct Spread {
  double sum = 0, squares = 0;
  void add(double value) { sum += value, squares += value * value; }
  double mean(double n) const { return sum / n; }
  double deviation(double n) const { return n > 1 ? std::sqrt(std::max(0.0, (squares - sum * sum / n) / (n - 1))) : 0; }
};

void show_contrastive_divergence(const ReproductionOptions& o) {
  const std::uint64_t seeds = o.seeds ? o.seeds : 5, epochs = o.epochs ? o.epochs : 1000;
  const std::uint64_t every = std::max<std::uint64_t>(1, (epochs + most_lines - 1) / most_lines);
  const std::vector<Index> layers{9, 8, 4};
  const Dataset bars = bars_and_stripes(3);
  const Matrix x = bars.rows(0, bars.count());
  const Rule rules[] = {{"exact", SbnMethod::exact},
                        {"gibbs", SbnMethod::gibbs},
                        {"wake-sleep", SbnMethod::wake_sleep},
                        {"cd", SbnMethod::cd}};
  std::printf(
      "Sigmoid belief net 9-8-4 on the %ld bars and stripes of 3 x 3: exact mean log p(v) in nats, mean (and standard "
      "deviation)\n"
      "of %llu seeds. Learning rate 0.1, one example a batch; Gibbs sampling and contrastive divergence with 5 "
      "sweeps.\n"
      "Independent units: %.4f. The data's own distribution: %.4f.\n\n%6s",
      static_cast<long>(bars.count()), static_cast<unsigned long long>(seeds), independent_log_likelihood(bars),
      -std::log(static_cast<double>(bars.count())), "epoch");
  for (const Rule& rule : rules) std::printf("%20s", rule.name);
  std::printf("\n");
  std::vector<std::vector<Spread>> of_rule;
  for (const Rule& rule : rules) {
    std::vector<Spread> by_epoch(epochs / every + 1);
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
      Sbn net(layers, seed);
      SbnTrainingOptions options;
      options.method = rule.method;
      options.epochs = epochs;
      options.batch_size = 1;
      options.learning_rate = 0.1;
      options.seed = seed;
      const auto training = train(net, bars, options);
      by_epoch[0].add(exact_mean_log_likelihood(net, view(x)));
      while (training->step()) {
        const Progress now = training->progress();
        if (now.epoch_ended && now.epoch % every == 0)
          by_epoch[now.epoch / every].add(exact_mean_log_likelihood(net, view(x)));
      }
    }
    of_rule.push_back(std::move(by_epoch));
  }
  const auto n = static_cast<double>(seeds);
  for (std::size_t line = 0; line < of_rule[0].size(); ++line) {
    std::printf("%6llu", static_cast<unsigned long long>(line * every));
    for (const auto& by_epoch : of_rule)
      std::printf("%11.4f (%6.4f)", by_epoch[line].mean(n), by_epoch[line].deviation(n));
    std::printf("\n");
  }
}

void show_infinite_net(const ReproductionOptions& o) {
  const std::uint64_t seeds = o.seeds ? o.seeds : 5, epochs = o.epochs ? o.epochs : 500;
  const Dataset bars = bars_and_stripes(3);
  const std::vector<Index> depths{1, 2, 3, 4, 6, 8, 12, 16, 32, 64, 128, 256, 512, 1024};
  std::vector<Spread> coins(depths.size()), undirected(depths.size());
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    Rbm rbm({9, 8}, seed);
    TrainingOptions options;
    options.epochs = epochs;
    options.batch_size = 14;
    options.method = Method::pcd;
    options.chains = 100;
    options.seed = seed;
    const auto training = train(rbm, bars, options);
    while (training->step()) {
    }
    const StateProbabilities p = exact_distribution(rbm);
    for (std::size_t i = 0; i < depths.size(); ++i) {
      coins[i].add(divergence(p, unrolled_distribution(rbm, depths[i], UnrolledTop::fair_coins)));
      undirected[i].add(divergence(p, unrolled_distribution(rbm, depths[i], UnrolledTop::rbm)));
    }
  }
  std::printf(
      "RBM 9-8 trained on bars and stripes of 3 x 3 (%llu epochs of PCD): KL(RBM || net of n hidden layers) in nats, "
      "exact, "
      "mean of "
      "%llu seeds.\n\n%6s%24s%24s\n",
      static_cast<unsigned long long>(epochs), static_cast<unsigned long long>(seeds), "n", "fair coins at the top",
      "the RBM at the top");
  const auto n = static_cast<double>(seeds);
  for (std::size_t i = 0; i < depths.size(); ++i)
    std::printf("%6ld%24.3e%24.3e\n", static_cast<long>(depths[i]), coins[i].mean(n), std::abs(undirected[i].mean(n)));
}

}  // namespace

const Reproduction sbn_contrastive_divergence{
    .name = "sbn-contrastive-divergence",
    .shows =
        "Contrastive divergence does not learn a deep sigmoid belief net: exact log-likelihoods of bars and stripes by "
        "epoch, beside the exact gradient, Gibbs sampling and wake-sleep",
    .takes = "some seconds",
    .run = show_contrastive_divergence};

const Reproduction infinite_net{
    .name = "infinite-net",
    .shows =
        "An RBM is an infinite belief net with tied weights (Hinton, Osindero and Teh 2006): the divergence of nets "
        "unrolled to depth n from the RBM",
    .takes = "some seconds",
    .run = show_infinite_net};

}  // namespace wakesleep::cli
