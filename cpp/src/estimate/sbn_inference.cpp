#include "wakesleep/sbn_inference.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>

#include "estimate/enumerable.h"
#include "math/slices.h"
#include "models/sbn_states.h"
#include "wakesleep/sbn_exact.h"
#include "wakesleep/sbn_gibbs.h"

namespace wakesleep {
namespace {

constexpr Index most_samples = Index{1} << 20;
// How many rows exact sums keep at once.
constexpr Index most_rows = 2048;

double weights_of(const Sbn& net) {
  double weights = 0;
  for (Index l = 0; l < net.depth(); ++l) weights += static_cast<double>(net.W(l).size());
  return weights;
}

// The sums of one slice's rows after the other's: null while they go on.
class ExactRows {
 public:
  ExactRows(const Sbn& net, const char* instead) : net_(&net) { check_enumerable(net, instead); }
  std::optional<ExactPosterior> step(const MatrixView& x, Index first) {
    if (!now_) {
      bits_of("x", x, net_->visible(), first);
      now_.emplace(*net_, x);
    }
    if (now_->step()) return {};
    std::optional<ExactPosterior> ended = std::move(now_);
    now_.reset();
    return ended;
  }

 private:
  const Sbn* net_;
  std::optional<ExactPosterior> now_;
};

}  // namespace

RowMap ancestral_samples(const Sbn& net, Index count, std::uint64_t seed) {
  if (count < 1 || count > most_samples)
    throw std::out_of_range("count must be 1 to " + std::to_string(most_samples) + ", not " + std::to_string(count));
  const Index of_group = math::rows_a_group(weights_of(net));
  // Samples are rows that nothing is given of.
  return {Matrix(count, 0), {0}, of_group, [&net, seed, of_group](const MatrixView& rows, Index first) {
            const SbnSamples some = net.sample(rows.rows(), seed, static_cast<std::uint64_t>(first / of_group));
            std::vector<Matrix> results{some.means};
            for (const BitMatrix& states : some.states) results.push_back(floats_of(states));
            return results;
          }};
}

RowMap posterior_means(const Sbn& net, ExampleRows x, const PosteriorOptions& options) {
  // Each weight of a row takes two logarithms a sweep, which cost as much as forty multiplications.
  const Index of_group = math::rows_a_group(40 * weights_of(net));
  struct State {
    std::optional<PosteriorChains> chains;
    bool burnt_in = false;
  };
  return {std::move(x),
          {net.visible()},
          of_group,
          [&net, options, of_group, state = std::make_shared<State>()](const MatrixView& rows,
                                                                       Index first) -> std::vector<Matrix> {
            auto& [chains, burnt_in] = *state;
            if (!chains) {
              bits_of("x", rows, net.visible(), first);
              chains.emplace(net, rows, options.seed, static_cast<std::uint64_t>(first / of_group));
              chains->begin_sweeps(options.burn_in);
              burnt_in = false;
            }
            for (const math::SliceOfWork slice; chains->step();)
              if (slice.over()) return {};
            if (!burnt_in) {
              burnt_in = true;
              chains->forget();
              chains->begin_sweeps(options.sweeps);
              return {};
            }
            std::vector<Matrix> results;
            for (Index l = 1; l <= net.depth(); ++l) results.push_back(chains->mean(l));
            chains.reset();
            return results;
          }};
}

ExactPosteriorMeans::ExactPosteriorMeans(const Sbn& net, ExampleRows x)
    : sum_(std::make_shared<double>(0)),
      rows_(std::move(x), {net.visible()}, most_rows,
            [&net, exact = std::make_shared<ExactRows>(net, posterior_chains_instead), sum = sum_](
                const MatrixView& rows, Index first) -> std::vector<Matrix> {
              const auto ended = exact->step(rows, first);
              if (!ended) return {};
              std::vector<Matrix> results;
              for (Index l = 1; l <= net.depth(); ++l) results.emplace_back(ended->mean(l).cast<float>());
              for (const double one : ended->log_likelihood()) *sum += one;
              results.emplace_back(ended->log_likelihood().cast<float>());
              return results;
            }) {}

LikelihoodAverage log_likelihood(const Sbn& net, ExampleRows x) {
  return {std::move(x),
          {net.visible()},
          most_rows,
          {},
          [exact = std::make_shared<ExactRows>(net, ": no estimate of log p(v) stands in for larger ones")](
              const Matrix& rows, Index first) -> VectorD {
            const auto ended = exact->step(view(rows), first);
            return ended ? VectorD(ended->log_likelihood()) : VectorD();
          }};
}

double exact_mean_log_likelihood(const Sbn& net, const MatrixView& x) {
  return log_likelihood(net, Matrix(x)).finish().mean;
}

}  // namespace wakesleep
