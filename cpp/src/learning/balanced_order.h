// The order of an epoch in which labels are spread evenly.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace wakesleep {

// Keeps the order of the examples of each label, and puts the k-th of n with a label where it is due, at (k + 1/2) / n
// of the epoch: any stretch of the order has each label in the proportion that it has in the data, to within an example
// or two. Batches of 100 of ten labels that are equally many have ten of each, as in Hinton, Osindero and Teh (2006).
class BalancedOrder {
 public:
  // Labels of all examples, which outlive this.
  explicit BalancedOrder(std::span<const std::uint16_t> labels);
  // Of a permutation of the examples.
  void balance(std::vector<std::uint32_t>& order);

 private:
  std::span<const std::uint16_t> labels_;
  std::vector<std::size_t> begin_, next_;  // of each label's examples, one label after the other, and the end of all
  std::vector<std::uint32_t> by_label_;
};

}  // namespace wakesleep
