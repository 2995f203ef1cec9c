// A classifier that needs no training and no model: the label of the nearest training images, by Euclidean distance. It
// judges what the stroke digits, the preprocessing and the networks' dreams look like.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "wakesleep/dataset.h"
#include "wakesleep/idx.h"
#include "wakesleep/matrix.h"

namespace wakesleep::test {

struct Neighbours {
  std::vector<int> labels;       // by majority of the k nearest; of labels that tie, the one with the nearest image
  std::vector<float> distances;  // to the nearest
};

inline Neighbours nearest_neighbours(MatrixView queries, const Dataset& training, int k = 1) {
  // |q - x|^2 = |q|^2 - 2 q.x + |x|^2, by blocks whose products fit the cache.
  constexpr Index queries_a_block = 256, examples_a_block = 1024;
  using Candidate = std::pair<float, int>;  // |x|^2 - 2 q.x, label
  const Index n = queries.rows();
  std::vector<std::vector<Candidate>> nearest(static_cast<std::size_t>(n));
  Matrix products;
  for (Index first = 0; first < training.count(); first += examples_a_block) {
    const Matrix examples = training.rows(first, std::min(examples_a_block, training.count() - first));
    const Vector norms = examples.rowwise().squaredNorm();
    for (Index start = 0; start < n; start += queries_a_block) {
      const Index count = std::min(queries_a_block, n - start);
      products.noalias() = queries.middleRows(start, count) * examples.transpose();
      for (Index q = 0; q < count; ++q) {
        std::vector<Candidate>& best = nearest[static_cast<std::size_t>(start + q)];
        float bound = static_cast<int>(best.size()) < k ? std::numeric_limits<float>::infinity() : best.back().first;
        for (Index x = 0; x < examples.rows(); ++x) {
          const float distance = norms[x] - 2 * products(q, x);
          if (!(distance < bound)) continue;
          const Candidate candidate{distance, training.labels()[static_cast<std::size_t>(first + x)]};
          best.insert(std::upper_bound(best.begin(), best.end(), candidate), candidate);
          if (static_cast<int>(best.size()) > k) best.pop_back();
          if (static_cast<int>(best.size()) == k) bound = best.back().first;
        }
      }
    }
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

// The folder with MNIST's four files, or empty when it is not there.
inline std::string mnist_folder() {
  const char* data = std::getenv("WAKESLEEP_DATA");
  if (!data) return {};
  const std::filesystem::path folder = std::filesystem::path(data) / "mnist";
  for (const char* name : {"train-images-idx3-ubyte", "train-images-idx3-ubyte.gz"})
    if (std::filesystem::exists(folder / name)) return folder.string();
  return {};
}

// How many images a slow test may use: sanitizers make products some twenty times slower.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool sanitized = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer) || __has_feature(thread_sanitizer)
inline constexpr bool sanitized = true;
#else
inline constexpr bool sanitized = false;
#endif
#else
inline constexpr bool sanitized = false;
#endif

}  // namespace wakesleep::test
