// What a training needs of its model and its data, beside what its options need of each other.
#pragma once

#include <exception>
#include <string>
#include <vector>

#include "wakesleep/dataset.h"
#include "wakesleep/rbm.h"
#include "wakesleep/refusal.h"
#include "wakesleep/training_options.h"

namespace wakesleep {

class Refusals {
 public:
  enum class Kind { range, combination };
  // "centering does not go with ..." for the option centering.
  void add(bool refused, const std::string& option, const std::string& why, Kind kind);
  // One that is not of an option.
  void add(bool refused, const std::string& message) {
    if (refused) add({"", message, true});
  }
  void add_all(const std::vector<Refusal>& refusals) {
    for (const Refusal& refusal : refusals) add(refusal);
  }
  // What f throws, if it does.
  template <class F>
  void add_thrown(F&& f) {
    try {
      f();
    } catch (const std::out_of_range& error) {
      add({"", error.what(), true});
    } catch (const std::exception& error) {
      add({"", error.what(), false});
    }
  }
  // Data that such a model can learn from, whose labels it needs.
  void add_data(const Dataset& data, const Units& units, Index visible, Index labels);
  // Options of an RBM of this shape, by itself or as a layer of a net, and of these data.
  void add_layer(const RbmShape& shape, const TrainingOptions& options, const Dataset& data, bool in_net);

  std::vector<Refusal> list() const { return list_; }

 private:
  void add(const Refusal& refusal);  // once
  void add_weights(const std::vector<float>& weights, Index examples);
  void add_mask(const RbmShape& shape, const Dataset& mask, const Dataset& data, bool in_net);

  std::vector<Refusal> list_;
};

}  // namespace wakesleep
