#include "cli/nearest.h"

#include <algorithm>
#include <iterator>

namespace wakesleep::cli {
namespace {

// The optimal string alignment distance: Damerau's with each letter changed once at most.
std::size_t distance(const std::string& a, const std::string& b) {
  std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) {
    for (std::size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        d[i][j] = i + j;
        continue;
      }
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] != b[j - 1] ? 1 : 0)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
    }
  }
  return d[a.size()][b.size()];
}

}  // namespace

std::string nearest(const std::string& word, const std::vector<std::string>& known) {
  // Whoever stops after some letters means the word that begins so.
  constexpr std::size_t least_letters = 3;
  if (word.size() >= least_letters && word != "--") {
    std::vector<std::string> longer;
    std::copy_if(known.begin(), known.end(), std::back_inserter(longer),
                 [&](const std::string& one) { return one.starts_with(word); });
    if (longer.size() == 1) return longer.front();
  }
  std::string best;
  std::size_t fewest = std::max<std::size_t>(1, word.size() / 3) + 1;
  for (const std::string& candidate : known) {
    const std::size_t changes = distance(word, candidate);
    if (changes >= fewest) continue;
    fewest = changes;
    best = candidate;
  }
  return best;
}

}  // namespace wakesleep::cli
