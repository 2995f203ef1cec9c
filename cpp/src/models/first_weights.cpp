#include "wakesleep/first_weights.h"

#include <algorithm>

#include "math/normal.h"
#include "models/network_layers.h"
#include "wakesleep/dbm.h"
#include "wakesleep/dbn.h"
#include "wakesleep/network.h"

namespace wakesleep {
namespace {

constexpr float deviation_of_machines = 0.01f;  // Hinton 2012, section 8

// They take a few milliseconds in WebAssembly.
constexpr Index weights_a_step = Index{1} << 19;
static_assert(weights_a_step % math::normals_a_block == 0);

}  // namespace

FirstWeights::FirstWeights(Rbm& rbm) { add(rbm); }

FirstWeights::FirstWeights(Dbn& dbn) {
  for (Index l = 0; l < dbn.depth(); ++l) add(dbn.rbm(l));
}

// They are the numbers of a stack of RBMs, whose seeds follow each other.
FirstWeights::FirstWeights(Dbm& dbm) {
  const auto top = static_cast<std::uint64_t>(dbm.depth() - 1);
  std::vector<Matrix>& W = dbm.mutable_parameters().W;
  for (Index l = 0; l < dbm.depth(); ++l)
    add(W[static_cast<std::size_t>(l)], deviation_of_machines, dbm.seed() + static_cast<std::uint64_t>(l), 0, 0);
  if (dbm.labels()) add(W.back(), deviation_of_machines, dbm.seed() + top, 0, 1);
}

FirstWeights::FirstWeights(Network& net, Index lowest) {
  for (Index l = lowest; l < net.depth(); ++l)
    add(net.mutable_parameters().W[static_cast<std::size_t>(l)], first_deviation(net.shape(), l), net.seed(), 0, l);
}

// The weights of the visible units are part 0, and those of the label units part 1.
void FirstWeights::add(Rbm& rbm) {
  float* const W = rbm.mutable_W().data();
  const Index of_visible = rbm.visible() * rbm.hidden();
  runs_.push_back({W, of_visible, deviation_of_machines, rbm.seed(), 0, 0});
  runs_.push_back({W + of_visible, rbm.labels() * rbm.hidden(), deviation_of_machines, rbm.seed(), 0, 1});
  count_ += static_cast<double>(rbm.W().size());
}

void FirstWeights::add(Matrix& W, float deviation, std::uint64_t seed, std::uint64_t step, Index part) {
  runs_.push_back({W.data(), W.size(), deviation, seed, step, static_cast<std::uint32_t>(part)});
  count_ += static_cast<double>(W.size());
}

bool FirstWeights::step() {
  if (run_ == runs_.size()) return false;
  for (Index left = weights_a_step; left > 0 && run_ < runs_.size();) {
    const Run& run = runs_[run_];
    // What is not the end of a run is whole blocks.
    const Index most = std::max(left / math::normals_a_block, Index{1}) * math::normals_a_block;
    const Index count = std::min(run.count - next_, most);
    math::fill_normals(run.values + next_, next_, count, run.deviation,
                       {run.seed, Stream::weights, run.step, run.part});
    drawn_ += static_cast<double>(count);
    left -= count;
    next_ += count;
    if (next_ < run.count) continue;
    next_ = 0;
    ++run_;
  }
  return true;
}

double FirstWeights::done() const { return count_ > 0 ? drawn_ / count_ : 1; }

void FirstWeights::finish() {
  while (step()) {
  }
}

}  // namespace wakesleep
