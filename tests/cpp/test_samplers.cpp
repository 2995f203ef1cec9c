#include <doctest/doctest.h>

#include "balanced_models.h"
#include "by_hand.h"
#include "learning/tempering.h"
#include "samplers_of_deep_models.h"

using namespace wakesleep;
using namespace wakesleep::test;

namespace {

PairOfUnits pair_of(UnitType v, Index visible, UnitType h, Index hidden) {
  return {of_type(v, visible), of_type(h, hidden), visible, hidden};
}

// Every pair of unit types, with few enough states to draw each many times.
std::vector<PairOfUnits> few_units() {
  std::vector<PairOfUnits> pairs;
  for (const PairOfUnits& pair : pairs_of_units()) {
    const UnitType v = pair.visible.type, h = pair.hidden.type;
    const bool few_below = v == UnitType::bernoulli || v == UnitType::spin || v == UnitType::replicated_softmax;
    const bool two_above = h == UnitType::bernoulli || h == UnitType::spin;
    const Index visible = v == UnitType::softmax ? 5 : few_below || two_above ? 2 : 1;
    const Index hidden = h == UnitType::softmax ? 3 : two_above && few_below ? 2 : 1;
    pairs.push_back(pair_of(v, visible, h, hidden));
  }
  return pairs;
}

// At which every bias and the temperature matter. Two unbounded sides need a norm below 1.
double scale_for(const PairOfUnits& pair) {
  if (continuous(pair.visible) && continuous(pair.hidden)) return 0.4;
  if (pair.hidden.type != UnitType::softmax) return 1;
  if (pair.visible.type == UnitType::relu) return 1.8;
  return pair.visible.type == UnitType::softmax ? 0.8 : 1.5;
}

// A new sampler is a line here.
std::vector<std::function<Sampler()>> samplers() {
  // Where a bias shows only in the units that it acts on through others, couplings are strong and tilts small.
  const Rbm plain = balanced_rbm(2, 2, 0, 1.5, 0.7), labelled = balanced_rbm(2, 1, 3, 1.5, 0.7),
            few = balanced_rbm(2, 1, 0, 1.5, 0.7), few_labelled = balanced_rbm(1, 1, 2, 2.5, 0.7),
            lower = balanced_rbm(3, 2, 0, 1.5, 0.7);
  const auto b = UnitType::bernoulli, g = UnitType::gaussian, s = UnitType::softmax, r = UnitType::replicated_softmax,
             ising = UnitType::spin;
  const Rbm gaussian = rbm_of(pair_of(g, 2, b, 1), 0.9), documents = rbm_of(pair_of(r, 2, b, 2), 0.9),
            groups = rbm_of(pair_of(s, 5, g, 1), 1.2), few_softmax = rbm_of(pair_of(s, 3, b, 1), 1.2),
            few_gaussian = rbm_of(pair_of(g, 1, b, 1), 1.2), spins = rbm_of(pair_of(ising, 2, ising, 1), 0.6);
  const Dbm dbm = balanced_dbm({2, 2, 1}, 0, 1.5, 0.7), dbm_labels = balanced_dbm({2, 1, 1}, 2, 1.5, 0.7),
            deep_dbm = balanced_dbm({2, 1, 1, 1}, 0, 1.5, 0.7);
  const Sbn net = recognising(balanced_net({2, 2, 1}, 1.5, 0.7)), seen_net = balanced_net({2, 2, 1}, 3, 0.2);
  const Vector log_odds = (Vector(4) << 1.2f, -0.4f, 0.8f, -1.6f).finished();
  const Change fast = [](TrainingOptions& o) { o.method = Method::fpcd; };

  std::vector<std::function<Sampler()>> all;
  for (const PairOfUnits& pair : few_units())
    all.push_back([=] { return gibbs_chains("Gibbs chains, " + pair.name(), rbm_of(pair, scale_for(pair))); });
  for (const PairOfUnits& pair : few_units())
    all.push_back([=] { return sample_h_and_v("h from v from h, " + pair.name(), rbm_of(pair, scale_for(pair))); });
  const std::vector<std::function<Sampler()>> others{
      [=] { return sample_h_and_v("h from v from h with labels", labelled); },
      [=] { return gibbs_chains("Gibbs chains at a temperature of 1.6", plain, 1.6); },
      [=] { return gibbs_chains("Gibbs chains with labels", labelled); },
      [=] { return clamped_chains(labelled); },
      [=] { return noisy_chains(); },
      [=] { return cd_chains("CD-k", plain); },
      [=] { return cd_chains("CD-k with labels", labelled); },
      [=] { return cd_chains("CD-k, gaussian", gaussian); },
      [=] { return cd_chains("CD-k, replicated softmax", documents); },
      [=] { return tied_copies(plain, {2, 1}); },
      [=] { return thinned(plain); },
      [=] { return pcd_chains("PCD", plain); },
      [=] { return pcd_chains("PCD, gaussian", gaussian); },
      [=] { return restarted(plain, 0.3); },
      [=] { return held_labels(labelled); },
      [=] { return pcd_chains("fast PCD", plain, fast); },
      [=] { return tempered_replicas("parallel tempering", few, 3); },
      [=] { return tempered_replicas("parallel tempering with labels", few_labelled, 2); },
      [=] { return tempered_replicas("parallel tempering, softmax", few_softmax, 2); },
      [=] { return tempered_replicas("parallel tempering, gaussian", few_gaussian, 2); },
      [=] { return pcd_chains("PCD, spins", spins); },
      [=] { return tempered_replicas("parallel tempering, spins", spins, 2); },
      [=] { return missing_values(balanced_rbm(3, 1, 0, 3, 0.2), 2); },
      [=] { return sampled_data(log_odds); },
      [=] { return annealing("annealed importance sampling", balanced_rbm(3, 1, 0, 2.5, 0.7), 0.8); },
      [=] { return annealing("annealed importance sampling, softmax", groups, 0.8); },
      [=] { return annealing("annealed importance sampling, spins", spins, 0.8); },
      [=] { return exact_samples("exact samples", balanced_rbm(3, 3, 0, 3, 0.2)); },
      [=] { return exact_samples("exact samples, spins", rbm_of(pair_of(ising, 3, ising, 3), 1.2)); },
      [=] { return dreams(lower, labelled); },
      [=] { return going_up("a DBN's dreams from an image", lower, labelled, dreams_begin); },
      [=] { return going_up("what a DBN's layer hands up", lower, balanced_rbm(2, 2, 0, 1.5, 0.7), handed_up); },
      [=] { return dbm_chains("a DBM's chains", dbm); },
      [=] { return dbm_chains("a DBM's chains at a temperature of 1.6", dbm, 1.6); },
      [=] { return dbm_chains("a DBM's chains with labels", dbm_labels); },
      [=] { return dbm_chains("a DBM's chains, four layers", deep_dbm); },
      [=] { return clamped_dbm_chains(dbm_labels); },
      [=] { return dbm_training_chains(balanced_dbm({2, 1, 1}, 3, 3, 0.2)); },
      [=] { return ancestral(net); },
      [=] { return sbn_posterior(seen_net, {1, 1}); },
      [=] { return recognition(net, {1, 0}); },
      [=] { return sbn_cd(net); },
  };
  all.insert(all.end(), others.begin(), others.end());
  return all;
}

// Where a mean belongs: deterministic, and so a formula is all that there is to hold it against. The fourth mutant is
// the other way round, a sample in the place of the mean. Each gives its largest distance from the formula.
struct MeanByNature {
  std::string name;
  Index layers;
  std::function<double(const Wrong&)> distance;
};

MatrixD reals(const Matrix& x) { return x.cast<double>(); }
double farthest(const Matrix& x, const MatrixD& exact) { return (reals(x) - exact).cwiseAbs().maxCoeff(); }

// Mean-field CD, two steps: means of v given means of h, and means of h given those.
double mean_field(const Rbm& rbm, const Rbm& now, const Wrong& wrong) {
  TrainingOptions o = options_of(wrong.mean ? Method::cd : Method::mean_field, 7);
  if (!wrong.mean) o.hidden_states = States::mean;
  const ByHand hand(o, rbm);
  Matrix x(0, rbm.width());
  for (const auto& v : visible_states(rbm)) {
    x.conservativeResize(x.rows() + 1, Eigen::NoChange);
    x.bottomRows(1) = as_row(v);
  }
  const MatrixD h0 = hand.hidden_means(reals(x), hand.W, hand.c);
  MatrixD v, h = h0;
  for (int i = 0; i < 2; ++i) {
    v = hand.visible_means(h, hand.W, hand.b);
    h = hand.hidden_means(v, hand.W, hand.c);
  }
  if (wrong.identity) return farthest(x, v);
  Phase data;
  data.v = v_of(rbm, x);
  data.h.resize(h0.rows(), h0.cols());
  for (Index i = 0; i < h0.size(); ++i) data.h.data()[i] = static_cast<float>(h0.data()[i]);
  data.of_means = !wrong.mean;
  data.h_states = layer_from(true, sampled(h0.cast<float>(), 3), 0, rbm.hidden());
  Rbm machine = now;
  const auto rule = make_rule(machine, o);
  rule->draw(data, nullptr, {0, 2});
  const Phase* negative = rule->next();
  return std::max(farthest(negative->v.values(rbm.width()), v),
                  farthest(wrong.mean ? negative->h_states.values(rbm.hidden()) : Matrix(view(negative->h)), h));
}

// A DBN's images: means all the way from the top's p(v | h).
double images(const Rbm& lower, const Rbm& top, const Rbm& now, const Wrong& wrong) {
  const Dbn net({lower, now});
  Chains chains(net, 20, 5);
  chains.advance(3, wrong.temperature);
  const ChainSamples samples = chains.finish();
  const ByHand of_top({}, top), of_lower({}, lower);
  const MatrixD h = reals(samples.hidden);
  const MatrixD v = of_top.visible_means(h, of_top.W, of_top.b).leftCols(top.visible());
  const MatrixD exact = of_lower.visible_means(v, of_lower.W, of_lower.b);
  if (wrong.identity) return farthest(Chains(net, 20, 5).finish().images, exact);
  return farthest(wrong.mean ? samples.means : samples.images, exact);
}

std::vector<MeanByNature> means_by_nature() {
  const Rbm rbm = balanced_rbm(3, 2, 2, 1.5, 0.7), lower = balanced_rbm(3, 2, 0, 1.5, 0.7),
            top = balanced_rbm(2, 2, 3, 1.5, 0.7);
  return {
      {"mean-field CD", 3,
       [=](const Wrong& wrong) {
         Rbm now = hotter(rbm, wrong.temperature);
         if (wrong.layer >= 0) put_off(now, wrong.layer);
         return mean_field(rbm, now, wrong);
       }},
      {"a DBN's images", 1,
       [=](const Wrong& wrong) {
         Rbm now = top;
         if (wrong.layer >= 0) put_off(now, wrong.layer);
         return images(lower, top, now, wrong);
       }},
  };
}

}  // namespace

TEST_CASE(
    "every sampler has the exact transition probabilities, does not drift, arrives from all zeros, and mutants do "
    "not") {
  for (const auto& make : samplers()) {
    const Sampler sampler = make();
    CAPTURE(sampler.name);
    const Wrong right{.name = "nothing"};
    double at_first = 0;
    CHECK(one_step(sampler, right) < 1);
    CHECK(drift(sampler, right) < 1);
    CHECK(from_zeros(sampler, right, &at_first) < 1);
    CHECK(at_first > 5);
    for (const Wrong& wrong : mutants(sampler.layers)) {
      CAPTURE(wrong.name);
      CHECK(one_step(sampler, wrong) > 1);
      // What keeps every state keeps exact samples too. The others arrive, at a law of their own, and the way there is
      // no matter.
      if (wrong.identity) {
        CHECK(from_zeros(sampler, wrong) > 1);
      } else {
        CHECK(drift(sampler, wrong) > 1);
      }
    }
  }
}

TEST_CASE("what is a mean by its nature equals its formula, and mutants do not") {
  for (const MeanByNature& mean : means_by_nature()) {
    CAPTURE(mean.name);
    CHECK(mean.distance({.name = "nothing"}) < 1e-5);
    for (const Wrong& wrong : mutants(mean.layers)) {
      CAPTURE(wrong.name);
      CHECK(mean.distance(wrong) > 1e-3);
    }
  }
}

TEST_CASE("parallel tempering is told from one without its swaps and from one with half of them") {
  const Rbm cold = balanced_rbm(2, 1, 0, 2.5, 0.7);
  Sampler sampler = tempered_replicas("parallel tempering", cold, 3);
  CHECK(one_step(sampler, {}) < 1);
  for (const double accepts : {0.0, 0.5}) {
    sampler.truth = tempering_truth(cold, 3, accepts);
    CHECK(one_step(sampler, {}) > 1);
  }
  const Rbm rbm = balanced_rbm(2, 2, 0, 2.5, 0.7);
  LayerStates h;
  h.resize(true, 5000, 2);
  TemperedChains replicas(rbm, h, 5, 4);
  CHECK(replicas.inverse_temperatures() == std::vector<float>{1, 0.75f, 0.5f, 0.25f, 0});
  for (std::uint64_t place = 0; place < 20; ++place) replicas.step(place);
  CHECK(replicas.swap_rate() > 0.3);
  CHECK(replicas.swap_rate() < 1);
}
