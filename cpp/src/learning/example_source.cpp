#include "learning/example_source.h"

#include <algorithm>

#include "math/thread_pool.h"

namespace wakesleep {

ExampleSource::ExampleSource(const Dataset& data, const Dbn* net, Index layer, const RbmShape& shape,
                             const TrainingOptions& options, std::span<const InputScales> scales)
    : data_(&data),
      net_(net),
      layer_(layer),
      visible_(shape.visible),
      labels_(shape.labels),
      data_states_(options.data_states),
      up_states_(options.up_states),
      seed_(options.seed),
      lowest_units_(net ? net->rbm(0).shape().visible_units : shape.visible_units),
      scales_(scales.begin(), scales.end()) {
  if (std::find(options.weights.begin(), options.weights.end(), 0.0f) == options.weights.end()) return;
  for (std::size_t r = 0; r < options.weights.size(); ++r)
    if (options.weights[r] > 0) kept_.push_back(static_cast<std::uint32_t>(r));
}

ExampleSource::ExampleSource(const Dataset& data, Index width, States data_states, std::uint64_t seed)
    : data_(&data),
      net_(nullptr),
      layer_(0),
      visible_(width),
      labels_(0),
      data_states_(data_states),
      up_states_(States::mean),
      seed_(seed) {}

double ExampleSource::multiplications() const {
  double sum = 0;
  for (Index l = 0; l < layer_; ++l) sum += static_cast<double>(net_->rbm(l).W().size());
  return sum;
}

std::span<const std::uint32_t> ExampleSource::in_data(std::span<const std::uint32_t> rows) {
  if (kept_.empty()) return rows;
  in_data_.clear();
  for (const std::uint32_t row : rows) in_data_.push_back(kept_[row]);
  return in_data_;
}

bool ExampleSource::read_some(Index& there, std::span<const std::uint32_t> rows, std::uint64_t epoch,
                              LayerStates& batch, double of_row) {
  // A value that is read or drawn takes as long as some multiplications of a matrix product. What the layers below and
  // draws take is counted where they are made.
  constexpr double of_value = 4, of_number = 20;
  const auto all = static_cast<Index>(rows.size());
  const auto width = static_cast<double>(data_->width() + labels_);
  const double drawing = !data_->binary() && data_states_ == States::sampled ? of_number * width : 0;
  const math::RowRange some =
      math::next_rows(there, all, false, of_value * width + drawing + multiplications() + of_row);
  math::count_work((of_value * width + of_row) * static_cast<double>(some.count));
  if (some.count == all) {
    read(rows, epoch, batch);
  } else {
    read(some, rows, epoch, some_);
    batch.shape(some_.binary, all, some_.cols());
    some_.put_rows(batch, some.first);
  }
  there += some.count;
  return there == all;
}

void ExampleSource::read(math::RowRange some, std::span<const std::uint32_t> rows, std::uint64_t epoch,
                         LayerStates& batch) {
  const Index count = some.count;
  const Index width = visible_ + labels_;
  // Random numbers are placed by the row in the batch; the epoch and the batch's first example set the batches apart.
  const auto place = [&](Stream stream, Index layer) {
    return math::Place{seed_, stream, (epoch << 36) ^ (static_cast<std::uint64_t>(layer) << 32) ^ rows[0],
                       static_cast<std::uint32_t>(some.first)};
  };

  const std::span<const std::uint32_t> from =
      in_data(rows.subspan(static_cast<std::size_t>(some.first), static_cast<std::size_t>(count)));

  // The lowest layer's states, at its own width, then up through the trained layers.
  const bool direct = layer_ == 0;
  LayerStates& lowest = direct ? batch : input_;
  const Index columns = direct ? width : data_->width();
  if (data_->binary() && lowest_type().binary()) {
    lowest.resize(true, count, columns);
    data_->read(from, lowest.bits);
  } else {
    lowest.resize(false, count, columns);
    data_->read(from, lowest.real);
    if (data_states_ == States::sampled) {
      const MatrixView means(lowest.real.data(), count, columns);
      lowest.resize(lowest_type().binary(), count, columns);
      lowest_type().draw_from_means({lowest_units_, data_->width(), nullptr}, means, place(Stream::data, 0), lowest);
    }
  }
  for (Index l = 0; l < layer_; ++l) {
    const Rbm& rbm = net_->rbm(l);
    const bool last = l + 1 == layer_;
    const float scale = scales_.empty() ? 1 : scales_[static_cast<std::size_t>(l)].up;
    LayerDraw draw{scale, nullptr, place(Stream::up, l)};
    LayerStates& to = last ? batch : next_;
    if (up_states_ == States::sampled) {
      draw.states = &to;
    } else {
      to.resize(false, count, last ? width : rbm.hidden());
      draw.means = to.real.data();
      draw.means_stride = to.real.cols();
      draw.mean_rows = count;
    }
    sampler_.draw(scaled(hidden_layer(rbm), scale, scaled_bias_), visible_layer(rbm), input_, net_->R(l), draw);
    if (last && draw.states) widen(batch, width);
    if (!last) std::swap(input_, next_);
  }

  if (!labels_) return;
  for (Index r = 0; r < count; ++r) {
    for (Index y = 0; y < labels_; ++y) batch.set(r, visible_ + y, 0);
    batch.set(r, visible_ + data_->labels()[from[static_cast<std::size_t>(r)]], 1);
  }
}

// Room for the columns of the labels.
void ExampleSource::widen(LayerStates& states, Index width) {
  if (states.cols() == width) return;
  std::swap(states, next_);
  states.resize(next_.binary, next_.rows(), width);
  for (Index r = 0; r < next_.rows(); ++r) {
    if (next_.binary) {
      std::copy_n(next_.bits.row(r), next_.bits.words_per_row(), states.bits.row(r));
    } else {
      std::copy_n(next_.real.row(r), next_.cols(), states.real.row(r));
    }
  }
}

}  // namespace wakesleep
