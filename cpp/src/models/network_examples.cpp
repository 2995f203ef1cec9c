#include "models/network_examples.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

#include "models/network_layers.h"
#include "units/unit_type.h"

namespace wakesleep {
namespace {

constexpr Index rows_at_once = 256;

// Targets of cross entropy that are values of the data.
void check_values(const NetworkShape& shape, const Dataset& data, Targets targets) {
  if (targets == Targets::inputs && shape.activations.back() == Activation::sigmoid && data.min() >= 0 &&
      data.max() <= 1)
    return;
  NetworkExamples examples(shape, data, targets);
  std::vector<std::uint32_t> rows;
  for (Index first = 0; first < data.count(); first += rows_at_once) {
    rows.resize(static_cast<std::size_t>(std::min(rows_at_once, data.count() - first)));
    std::iota(rows.begin(), rows.end(), static_cast<std::uint32_t>(first));
    examples.read(rows);
    const Scratch& t = examples.targets();
    for (Index r = 0; r < t.rows(); ++r) {
      double sum = 0;
      for (Index i = 0; i < t.cols(); ++i) {
        if (!(t(r, i) >= 0 && t(r, i) <= 1))
          units::refuse_value("targets of cross entropy", "lie in [0, 1]", first + r, i, t(r, i));
        sum += static_cast<double>(t(r, i));
      }
      if (shape.activations.back() == Activation::softmax && std::abs(sum - 1) > 1e-3)
        throw std::out_of_range("targets of a softmax must add up to 1: those of row " + std::to_string(first + r) +
                                " add up to " + units::value_text(sum));
    }
  }
}

}  // namespace

void check_targets(const NetworkShape& shape, const Dataset& data, Loss loss, Targets targets,
                   const std::string& name) {
  const Index visible = shape.layers.front(), outputs = shape.layers.back();
  const Index width = targets == Targets::columns ? visible + outputs : visible;
  if (data.width() != width)
    throw std::out_of_range(name + " has " + std::to_string(data.width()) + " values an example, and the net " +
                            std::to_string(visible) + " inputs" +
                            (targets == Targets::columns ? " and " + std::to_string(outputs) + " outputs" : ""));
  switch (targets) {
    case Targets::labels:
      if (!data.has_labels()) throw std::invalid_argument("a net that learns labels needs data with labels");
      if (data.label_count() > outputs)
        throw std::out_of_range(name + " has labels up to " + std::to_string(data.label_count() - 1) +
                                ", and the net " + std::to_string(outputs) + " outputs");
      return;
    case Targets::inputs:
      if (visible != outputs)
        throw std::out_of_range("targets can be the inputs, of which there are " + std::to_string(visible) +
                                ", for as many outputs, and there are " + std::to_string(outputs));
      break;
    case Targets::columns:
      break;
  }
  if (loss == Loss::cross_entropy) check_values(shape, data, targets);
}

void NetworkExamples::read(const math::RowRange& some, std::span<const std::uint32_t> rows) {
  if (some.first == 0) {
    const auto all = static_cast<Index>(rows.size());
    inputs_.resize(all, visible_);
    of_outputs_.resize(all, outputs_);
  }
  const std::span<const std::uint32_t> here =
      rows.subspan(static_cast<std::size_t>(some.first), static_cast<std::size_t>(some.count));
  float *const x = inputs_.row(some.first), *const t = of_outputs_.row(some.first);
  if (targets_ == Targets::columns) {
    whole_.resize(some.count, visible_ + outputs_);
    data_->read(here, whole_);
    for (Index r = 0; r < some.count; ++r) {
      std::copy_n(whole_.row(r), visible_, x + r * visible_);
      std::copy_n(whole_.row(r) + visible_, outputs_, t + r * outputs_);
    }
    return;
  }
  data_->read(here, MatrixRef{x, some.count, visible_});
  if (targets_ == Targets::inputs) {
    std::copy_n(x, some.count * visible_, t);
    return;
  }
  std::fill_n(t, some.count * outputs_, 0.0f);
  for (Index r = 0; r < some.count; ++r) t[r * outputs_ + label(here[static_cast<std::size_t>(r)])] = 1;
}

Index largest_output(const float* y, Index n) { return std::max_element(y, y + n) - y; }

}  // namespace wakesleep
