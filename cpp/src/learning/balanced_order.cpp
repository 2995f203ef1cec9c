#include "learning/balanced_order.h"

#include <algorithm>

namespace wakesleep {

BalancedOrder::BalancedOrder(std::span<const std::uint16_t> labels) : labels_(labels), by_label_(labels.size()) {
  const std::size_t count = labels.empty() ? 0 : std::size_t{*std::max_element(labels.begin(), labels.end())} + 1;
  begin_.assign(count + 1, 0);
  for (const std::uint16_t label : labels) ++begin_[std::size_t{label} + 1];
  for (std::size_t l = 0; l < count; ++l) begin_[l + 1] += begin_[l];
}

void BalancedOrder::balance(std::vector<std::uint32_t>& order) {
  next_ = begin_;
  for (const std::uint32_t example : order) by_label_[next_[labels_[example]]++] = example;
  next_ = begin_;
  const std::size_t labels = begin_.size() - 1;
  for (std::uint32_t& example : order) {
    // Of labels that are due at the same place the lowest is taken first. The fractions are compared as whole numbers.
    std::size_t due = labels;
    std::uint64_t due_place = 0, due_count = 1;
    for (std::size_t l = 0; l < labels; ++l) {
      if (next_[l] == begin_[l + 1]) continue;
      const std::uint64_t place = 2 * (next_[l] - begin_[l]) + 1, count = begin_[l + 1] - begin_[l];
      if (due < labels && place * due_count >= due_place * count) continue;
      due = l, due_place = place, due_count = count;
    }
    example = by_label_[next_[due]++];
  }
}

}  // namespace wakesleep
