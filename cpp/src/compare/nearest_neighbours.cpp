#include "compare/nearest_neighbours.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>

#include "math/thread_pool.h"

namespace wakesleep {

Neighbours nearest_neighbours(MatrixView queries, const Dataset& training, Index k) {
  if (queries.cols() != training.width())
    throw std::out_of_range("queries have " + std::to_string(queries.cols()) + " values, and the training examples " +
                            std::to_string(training.width()));
  if (k < 1 || k > training.count())
    throw std::out_of_range("k must be a whole number from 1 to " + std::to_string(training.count()) +
                            ", the number of training examples, not " + std::to_string(k));
  if (!training.has_labels()) throw std::invalid_argument("the training examples have no labels");
  // |q - x|^2 = |q|^2 - 2 q.x + |x|^2, by blocks whose products fit the cache.
  constexpr Index queries_a_block = 256, examples_a_block = 1024;
  using Candidate = std::pair<float, int>;  // |x|^2 - 2 q.x, label
  const Index n = queries.rows();
  std::vector<std::vector<Candidate>> nearest(static_cast<std::size_t>(n));
  for (Index first = 0; first < training.count(); first += examples_a_block) {
    const Matrix examples = training.rows(first, std::min(examples_a_block, training.count() - first));
    const Vector norms = examples.rowwise().squaredNorm();
    const auto work = static_cast<double>(queries_a_block * examples.size());
    math::parallel_for((n + queries_a_block - 1) / queries_a_block, work, [&](Index block) {
      const Index start = block * queries_a_block, count = std::min(queries_a_block, n - start);
      const Matrix products = queries.middleRows(start, count) * examples.transpose();
      for (Index q = 0; q < count; ++q) {
        std::vector<Candidate>& best = nearest[static_cast<std::size_t>(start + q)];
        const auto full = [&] { return static_cast<Index>(best.size()) == k; };
        for (Index x = 0; x < examples.rows(); ++x) {
          const float distance = norms[x] - 2 * products(q, x);
          if (full() && !(distance < best.back().first)) continue;
          if (full()) best.pop_back();
          const Candidate candidate{distance, training.labels()[static_cast<std::size_t>(first + x)]};
          best.insert(std::upper_bound(best.begin(), best.end(), candidate), candidate);
        }
      }
    });
  }

  Neighbours result;
  for (Index q = 0; q < n; ++q) {
    const std::vector<Candidate>& best = nearest[static_cast<std::size_t>(q)];
    std::map<int, int> votes;
    for (const Candidate& candidate : best) ++votes[candidate.second];
    int label = best.front().second;
    for (const Candidate& candidate : best)
      if (votes[candidate.second] > votes[label]) label = candidate.second;
    result.labels.push_back(label);
    result.distances.push_back(std::sqrt(std::max(0.0f, best.front().first + queries.row(q).squaredNorm())));
  }
  return result;
}

}  // namespace wakesleep
