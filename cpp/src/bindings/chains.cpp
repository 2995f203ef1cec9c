#include "bindings/chains.h"

#include <iterator>
#include <optional>
#include <utility>

#include "math/slices.h"

namespace wakesleep::bindings {

namespace {

using Shared = std::shared_ptr<ChainsHandle>;

// Steps of the chains that they hold, and then what they have come to, which is much where they are many.
class Steps {
 public:
  explicit Steps(Chains& chains) : chains_(&chains) {}
  bool step() {
    if (chains_->step()) return true;
    const math::SliceOfWork slice;
    do {
      if (!take()) return false;
    } while (!slice.over());
    return true;
  }
  double done() const { return chains_->done(); }
  // { means, states, images, hidden, labels }
  val result() const { return result_; }

 private:
  static constexpr std::pair<const char*, Matrix ChainSamples::*> tensors[] = {{"means", &ChainSamples::means},
                                                                               {"states", &ChainSamples::states},
                                                                               {"images", &ChainSamples::images},
                                                                               {"hidden", &ChainSamples::hidden}};
  // What some chains have come to; false after the last. A value that is copied takes as long as some multiplications
  // of a matrix product.
  bool take() {
    constexpr double of_value = 20;
    const Index all = chains_->count();
    const Index some = std::min(all - taken_, taken_ == 0 ? Index{1} : math::rows_a_slice(of_value * values_a_chain_));
    const ChainSamples samples = chains_->samples(taken_, some);
    for (std::size_t i = 0; i < std::size(tensors); ++i) {
      const Matrix& part = samples.*tensors[i].second;
      if (taken_ == 0) {
        values_a_chain_ += static_cast<double>(part.cols());
        results_[i] = zeros(all, part.cols());
        result_.set(tensors[i].first, results_[i]);
      }
      put_rows(part, taken_, results_[i]);
    }
    labels_.insert(labels_.end(), samples.labels.begin(), samples.labels.end());
    math::count_work(of_value * values_a_chain_ * static_cast<double>(some));
    taken_ += some;
    if (taken_ < all) return true;
    result_.set("labels", labels_array(labels_));
    return false;
  }

  Chains* chains_;
  Index taken_ = 0;
  double values_a_chain_ = 0;
  std::vector<int> labels_;
  val results_[std::size(tensors)] = {};
  val result_ = val::object();
};

ComputationPointer advance(Shared handle, double count, double temperature) {
  handle->chains.advance(static_cast<Index>(count), temperature);
  Steps steps(handle->chains);
  return computation(std::move(handle), std::move(steps), [](const Steps& ended) { return ended.result(); });
}

// One row for all chains or one each, of visible values; `name` is that of the argument.
void start(ChainsHandle& handle, val x, double columns, const std::string& name) {
  handle.chains.start_at(matrix_from(x, columns), name.c_str());
}

void clamp(ChainsHandle& handle, val mask, val values, double columns) {
  const Matrix where = matrix_from(mask, columns), what = matrix_from(values, columns);
  handle.chains.clamp(view(where), view(what));
}

void clamp_labels(ChainsHandle& handle, val labels) { handle.chains.clamp_labels(vector_from<int>(labels)); }

double steps(const ChainsHandle& handle) { return number(handle.chains.steps()); }

}  // namespace

EMSCRIPTEN_BINDINGS(wakesleep_chains) {
  using namespace emscripten;
  class_<ChainsHandle>("Chains")
      .smart_ptr<Shared>("SharedChains")
      .function("advance", &guard<advance>::call)
      .function("start", &guard<start>::call)
      .function("clamp", &guard<clamp>::call)
      .function("clampLabels", &guard<clamp_labels>::call)
      .function("steps", &steps);
}

}  // namespace wakesleep::bindings
