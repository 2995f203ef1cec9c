#include "wakesleep/network_training.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

#include "learning/batch_search.h"
#include "learning/checks.h"
#include "learning/divergence.h"
#include "learning/epoch_cursor.h"
#include "learning/hidden_activity.h"
#include "learning/parameter_vectors.h"
#include "learning/schedule.h"
#include "math/normal.h"
#include "math/sampling.h"
#include "math/slices.h"
#include "math/thread_pool.h"
#include "models/network_examples.h"
#include "options/refusals.h"

namespace wakesleep {
namespace {

std::size_t at(Index layer) { return static_cast<std::size_t>(layer); }

// Units whose activities are told: of rectified ones, how often they are on.
bool has_activity(Activation activation) { return may_drop(activation); }

Index units_with_activity(const NetworkShape& shape) {
  Index units = 0;
  for (std::size_t l = 0; l + 1 < shape.activations.size(); ++l)
    if (has_activity(shape.activations[l])) units += shape.layers[l + 1];
  return units;
}

// The bits of the largest magnitude: as whole numbers these have the order of the magnitudes, and NaN is above all.
[[gnu::noinline]] std::uint32_t largest_bits(const float* x, Index n) {
  std::uint32_t largest = 0;
  for (Index i = 0; i < n; ++i) largest = std::max(largest, std::bit_cast<std::uint32_t>(x[i]) & 0x7fffffffu);
  return largest;
}

// What is on by chance, drawn anew for every example of every batch.
class Coins {
 public:
  void draw(Index rows, Index columns, double chance, const math::Place& place, BitMatrix& to) {
    const auto p = static_cast<float>(chance);
    if (chances_.size() < rows * columns || chances_[0] != p) chances_ = Vector::Constant(rows * columns, p);
    to.resize(rows, columns);
    math::sample_means(MatrixView(chances_.data(), rows, columns), columns, {&to, place});
  }

 private:
  Vector chances_;
};

class NetworkTrainer : public TrainingWith<NetworkTrainingOptions> {
 public:
  // The options have been checked.
  NetworkTrainer(Network& net, const Dataset& data, const NetworkTrainingOptions& options)
      : TrainingWith(data),
        net_(&net),
        options_(options),
        loss_(loss_of(net.shape(), options.loss)),
        targets_(targets_of(net.shape(), options.targets)),
        examples_(net.shape(), data, targets_),
        backpropagation_(net.shape(), loss_),
        optimizer_(tensors(net), net.training_state().optimizer, options_),
        cursor_({&net.training_state().epoch, &net.training_state().batch, &net.training_state().step}, data.count(),
                options),
        activity_(units_with_activity(net.shape())),
        kept_(at(net.depth())),
        norms_(at(net.depth())),
        sums_(at(net.depth())),
        rows_seen_(at(net.depth())) {
    for (Index l = 0; l < net.depth(); ++l) {
      descent_.W.emplace_back(Matrix::Zero(net.units(l), net.units(l + 1)));
      descent_.b.emplace_back(Vector::Zero(net.units(l + 1)));
    }
    switch (options.method) {
      case NetworkMethod::gradient:
        break;
      case NetworkMethod::conjugate_gradients:
        search_ = conjugate_gradients(net, options_);
        break;
      case NetworkMethod::hessian_free:
        search_ = hessian_free(net, options_);
        break;
    }
  }

  std::optional<TrainingStatistics> statistics() const override {
    return search_ ? activity_.statistics(optimizer_.weight_norm(), update_norm_) : activity_.statistics(optimizer_);
  }
  bool has_free_energy() const override { return false; }
  std::optional<DatasetAverage> average_free_energy(const Dataset&, Index) const override { return std::nullopt; }

  void set_validation(const Dataset& validation) override {
    check_targets(net_->shape(), validation, loss_, targets_);
    validation_ = &validation;
    evaluation_.reset();
    validated_.reset();
  }

  bool validate() override {
    if (!evaluation_) return false;
    if (evaluation_->step()) return true;
    const NetworkErrors found = evaluation_->result();
    evaluation_.reset();
    validated_ = losses(found.loss, found.squared_error, found.errors, found.count);
    if (options_.patience) compare_with_best(static_cast<float>(found.loss));
    return false;
  }

  bool prepare() override {
    if (over()) return false;
    if (await_validation()) return true;
    if (over()) return false;
    const math::SliceOfWork slice;
    do {
      if (!prepare_batch()) return false;
    } while (!slice.over());
    return true;
  }

  void change(const NetworkTrainingOptions& options) override {
    refuse(check(*net_, data(), options));
    refuse(options::refusals_of_change(options_, options));
    options_ = options;
    in_hand_ = InHand::nothing;
    cursor_.set_epochs(options.epochs);
  }

 protected:
  bool step_batch() override {
    while (await_validation()) {
    }
    if (over()) return false;
    while (prepare_batch()) {
    }
    in_hand_ = InHand::nothing;
    if (cursor_.begins_epoch()) begin_epoch();
    if (search_) {
      learn_by_search();
    } else {
      learn_by_gradient();
    }
    for (Index i = 0; i < seen_blocks_; ++i) {
      const SeenBlock& block = seen_of_batch_[at(i)];
      activity_.add(block.means, block.rows, block.first_unit);
    }
    const Index rows = examples_.inputs().rows();
    if (options_.max_norm)
      for (Index l = options_.frozen_layers; l < net_->depth(); ++l)
        bound_norms(net_->mutable_parameters().W[at(l)], norms_[at(l)]);
    activity_.end_batch(rows);
    loss_sum_ += found_.loss;
    squares_ += found_.squared_error;
    wrong_ += found_.wrong;
    seen_ += rows;
    cursor_.end_batch(found_.squared_error / static_cast<double>(rows * net_->outputs()));
    validated_.reset();
    if (validation_ && position().epoch_ended) begin_evaluation();
    return true;
  }

  Progress position() const override {
    Progress progress = cursor_.progress();
    if (over()) progress.done = 1;
    if (seen_ > 0)
      progress.losses =
          losses(loss_sum_ / static_cast<double>(seen_), squares_ / static_cast<double>(seen_), wrong_, seen_);
    progress.validation_losses = validated_;
    return progress;
  }

 private:
  // All W and then all b, each from the lowest layer up.
  static std::vector<Tensor> tensors(Network& net) {
    std::vector<Tensor> all;
    for (Matrix& W : net.mutable_parameters().W) all.emplace_back(W);
    for (Vector& b : net.mutable_parameters().b) all.emplace_back(b);
    return all;
  }

  NetworkTrainingState& state() const { return net_->training_state(); }
  bool over() const { return cursor_.over() || stopped(); }

  // ---- Early stopping. state().patience is {lowest loss, epochs since, the epoch that was last looked at}.

  bool stopped() const {
    return options_.patience && state().patience.size() &&
           state().patience[1] >= static_cast<float>(*options_.patience);
  }
  void begin_evaluation() { evaluation_.emplace(*net_, *validation_, loss_, targets_); }

  // Whether there is more of an evaluation to do that tells whether training goes on: after each epoch, and before the
  // first of a training by patience.
  bool await_validation() {
    if (!options_.patience) {
      evaluation_.reset();
      return false;
    }
    if (!validation_) refuse({{"patience", "patience needs validation data", false}});
    if (stopped() || state().batch != 0) return false;
    const Vector& kept = state().patience;
    // A net that was stopped has its best parameters, and goes on from them with more patience.
    if (kept.size() && state().best.empty()) state().best = net_->parameters();
    if (kept.size() && kept[2] == static_cast<float>(state().epoch)) return false;
    if (!evaluation_) begin_evaluation();
    return validate();
  }
  void compare_with_best(float loss) {
    Vector& kept = state().patience;
    NetworkParameters& best = state().best;
    const bool better = kept.size() == 0 || loss < kept[0];
    // First what may lack the memory.
    if (better && best.empty()) best = NetworkParameters(net_->parameters());
    if (kept.size() == 0) kept = Vector::Zero(3);
    if (kept[2] != static_cast<float>(state().epoch)) kept[1] += static_cast<float>(state().epoch) - kept[2];
    kept[2] = static_cast<float>(state().epoch);
    if (better) {
      kept[0] = loss;
      kept[1] = 0;
      copy(net_->parameters(), best, 0);
    } else if (stopped()) {
      // (In place: the optimizer knows where the parameters are.)
      copy(best, net_->mutable_parameters(), 0);
      best = {};
      OptimizerState& optimizer = state().optimizer;
      for (auto* kept_values : {&optimizer.velocity, &optimizer.first_moment, &optimizer.second_moment})
        for (Vector& values : *kept_values) values.setZero();
      optimizer.moment_steps = 0;
      optimizer_.parameters_changed();
    }
  }

  std::optional<Losses> losses(double loss, double squared_error, std::optional<Index> wrong, Index count) const {
    Losses found{loss, squared_error, {}};
    if (targets_ == Targets::labels && wrong) found.errors = static_cast<double>(*wrong) / static_cast<double>(count);
    return found;
  }

  void begin_epoch() {
    activity_.begin_epoch();
    loss_sum_ = squares_ = 0;
    wrong_ = seen_ = 0;
  }

  // ---- A batch.

  math::Place place(Stream stream, Index layer) const {
    return {options_.seed, stream,
            state().step * static_cast<std::uint64_t>(Network::most_layers) + static_cast<std::uint64_t>(layer)};
  }

  // A part of the next batch, as long as nothing is changed that the model keeps; false when that is done.
  bool prepare_batch() {
    switch (in_hand_) {
      case InHand::nothing:
        rows_ = cursor_.next_batch();
        read_ = seen_blocks_ = 0;
        std::fill(rows_seen_.begin(), rows_seen_.end(), 0);
        in_hand_ = InHand::examples;
        return true;
      case InHand::examples:
        read_some();
        if (read_ < static_cast<Index>(rows_.size())) return true;
        begin_pass();
        in_hand_ = InHand::gradient;
        return true;
      case InHand::gradient:
        return search_ ? search_->step() : backpropagation_.step();
    }
    return false;
  }

  void begin_pass() {
    const Backpropagation::See see = [this](Index layer, const MatrixView& states) { this->see(layer, states); };
    if (search_) {
      search_->begin({&backpropagation_, batch(), options_.frozen_layers, options_.weight_decay, see});
    } else {
      found_ = {};
      backpropagation_.begin(net_->parameters(), batch(), found_, &descent_, options_.frozen_layers, see);
    }
  }

  void read_some() {
    // What an input, or a unit that may be left out, costs in multiplications when it is read or drawn.
    constexpr double of_value = 4, of_number = 20;
    const Index inputs = net_->units(0), first = read_;
    double work = of_value * static_cast<double>(inputs);
    for (const double chance : {options_.corruption, options_.noise, options_.input_dropout})
      if (chance > 0) work += of_number * static_cast<double>(inputs);
    for (Index l = 1; options_.dropout > 0 && l < net_->depth(); ++l)
      if (may_drop(net_->activation_of(l))) work += of_number * static_cast<double>(net_->units(l));
    const math::RowRange some = math::next_rows(first, static_cast<Index>(rows_.size()), false, work);
    examples_.read(some, rows_);
    math::count_work(of_value * static_cast<double>(some.count * inputs));
    read_ += some.count;
    const MatrixRef x(examples_.inputs().row(first), some.count, inputs);
    const auto of_some = [&](Stream stream, Index layer) {
      math::Place at = place(stream, layer);
      at.first_row = static_cast<std::uint32_t>(first);
      return at;
    };
    if (options_.corruption > 0) {
      coins_of_corruption_.draw(some.count, inputs, 1 - options_.corruption, of_some(NetworkStream::corruption, 0),
                                drawn_);
      drop(drawn_, 0, 1, x);
    }
    if (options_.noise > 0) {
      if (variance_.size() == 0) variance_ = Vector::Ones(inputs);
      math::add_normals({x.data, inputs}, some.count, inputs, {variance_.data(), 0},
                        static_cast<float>(options_.noise * options_.noise), of_some(NetworkStream::noise, 0));
    }
    if (options_.input_dropout > 0) {
      const double stays = 1 - options_.input_dropout;
      coins_of_inputs_.draw(some.count, inputs, stays, of_some(NetworkStream::dropout, 0), drawn_);
      drop(drawn_, 0, static_cast<float>(stays), x);
    }
    if (options_.dropout == 0) return;
    for (Index l = 1; l < net_->depth(); ++l) {
      if (!may_drop(net_->activation_of(l))) continue;
      BitMatrix& kept = kept_[at(l - 1)];
      if (first == 0) kept.resize(static_cast<Index>(rows_.size()), net_->units(l));
      coins_.draw(some.count, net_->units(l), 1 - options_.dropout, of_some(NetworkStream::dropout, l), drawn_);
      std::copy_n(drawn_.row(0), some.count * drawn_.words_per_row(), kept.row(first));
    }
  }

  NetworkBatch batch() {
    return {view(examples_.inputs()), view(examples_.targets()), options_.dropout > 0 ? &kept_ : nullptr,
            static_cast<float>(1 - options_.dropout)};
  }

  void learn_by_gradient() {
    const Step step = step_in(options_, cursor_);
    const std::string cause = divergence(step, steepest(), optimizer_);
    if (!cause.empty()) cursor_.diverge(cause);
    optimizer_.begin(step);
    for (Index l = options_.frozen_layers; l < net_->depth(); ++l) {
      optimizer_.move(at(l), descent_.W[at(l)].data());
      optimizer_.move(at(net_->depth() + l), descent_.b[at(l)].data());
    }
  }

  void learn_by_search() {
    if (!std::isfinite(search_->found().loss))
      cursor_.diverge("the loss is not a finite number. Data that are not normalised are the usual cause");
    update_norm_ = search_->finish();
    found_ = search_->found();
  }

  // The largest entry of the gradient; what is not a number is infinite.
  double steepest() const {
    std::uint32_t largest = 0;
    for (Index l = options_.frozen_layers; l < net_->depth(); ++l) {
      const Matrix& W = descent_.W[at(l)];
      const Vector& b = descent_.b[at(l)];
      largest = std::max({largest, largest_bits(W.data(), W.size()), largest_bits(b.data(), b.size())});
    }
    const auto magnitude = std::bit_cast<float>(largest);
    return std::isfinite(found_.loss) && std::isfinite(magnitude) ? static_cast<double>(magnitude)
                                                                  : std::numeric_limits<double>::infinity();
  }

  // The weights into each unit, a column of W, become no longer than the bound.
  void bound_norms(Matrix& W, Vector& norms) const {
    norms.setZero(W.cols());
    for (Index i = 0; i < W.rows(); ++i) {
      const float* row = W.data() + i * W.cols();
      for (Index j = 0; j < W.cols(); ++j) norms[j] += row[j] * row[j];
    }
    const auto most = static_cast<float>(*options_.max_norm);
    bool any = false;
    for (float& norm : norms) {
      const float length = std::sqrt(norm);
      any |= length > most;
      norm = length > most ? most / length : 1.0f;
    }
    for (Index i = 0; any && i < W.rows(); ++i) {
      float* row = W.data() + i * W.cols();
      for (Index j = 0; j < W.cols(); ++j) row[j] *= norms[j];
    }
  }

  // Adds up the activities of a hidden layer, of some rows of the batch, for statistics, which tell of batches that
  // have had their step. Sums end where as many rows are complete, so that it is no matter how the batch was cut.
  void see(Index layer, const MatrixView& states) {
    if (!has_activity(net_->activation_of(layer))) return;
    Vector& sums = sums_[at(layer)];
    Index& rows = rows_seen_[at(layer)];
    const auto batch = static_cast<Index>(rows_.size());
    if (rows % Backpropagation::rows_a_block == 0) sums.setZero(states.cols());
    if (net_->activation_of(layer) == Activation::sigmoid) {
      add_columns(states, sums);
    } else {
      for (Index r = 0; r < states.rows(); ++r)
        for (Index i = 0; i < states.cols(); ++i) sums[i] += states(r, i) > 0 ? 1.0f : 0.0f;
    }
    rows += states.rows();
    if (rows % Backpropagation::rows_a_block != 0 && rows < batch) return;
    if (static_cast<Index>(seen_of_batch_.size()) == seen_blocks_) seen_of_batch_.emplace_back();
    SeenBlock& block = seen_of_batch_[at(seen_blocks_++)];
    block.rows = (rows - 1) % Backpropagation::rows_a_block + 1;
    block.means = sums / static_cast<float>(block.rows);
    block.first_unit = 0;
    for (Index l = 1; l < layer; ++l)
      if (has_activity(net_->activation_of(l))) block.first_unit += net_->units(l);
  }

  Network* net_;
  NetworkTrainingOptions options_;
  Loss loss_;
  Targets targets_;
  NetworkExamples examples_;
  Backpropagation backpropagation_;
  Optimizer optimizer_;
  EpochCursor cursor_;
  HiddenActivity activity_;
  NetworkParameters descent_;
  Coins coins_of_corruption_, coins_of_inputs_, coins_;  // one for each chance
  BitMatrix drawn_;
  std::vector<BitMatrix> kept_;
  std::vector<Vector> norms_, sums_;  // a layer each, so that nothing is allocated again
  std::vector<Index> rows_seen_;      // of the batch, a layer each
  Vector variance_;
  Backpropagation::Found found_;
  double loss_sum_ = 0, squares_ = 0, update_norm_ = 0;
  Index wrong_ = 0, seen_ = 0;
  std::unique_ptr<BatchSearch> search_;
  // How far the next batch has come, whose rows these are; the first `read_` have been read.
  enum class InHand { nothing, examples, gradient };
  InHand in_hand_ = InHand::nothing;
  std::span<const std::uint32_t> rows_;
  Index read_ = 0;
  // Mean activities of the units of a layer, over rows of the batch.
  struct SeenBlock {
    Index first_unit = 0, rows = 0;
    Vector means;
  };
  std::vector<SeenBlock> seen_of_batch_;  // the first `seen_blocks_`; the others keep their memory
  Index seen_blocks_ = 0;
  const Dataset* validation_ = nullptr;
  std::optional<NetworkEvaluation> evaluation_;
  std::optional<Losses> validated_;
};

}  // namespace

Loss loss_of(const NetworkShape& shape, const std::optional<Loss>& loss) {
  return loss.value_or(has_cross_entropy(shape.activations.back()) ? Loss::cross_entropy : Loss::squared_error);
}
Targets targets_of(const NetworkShape& shape, const std::optional<Targets>& targets) {
  return targets.value_or(shape.code > 0 ? Targets::inputs : Targets::labels);
}

void check(const NetworkTrainingOptions& options) { refuse(options::refusals(options)); }

std::vector<Refusal> check(const Network& net, const Dataset& data, const NetworkTrainingOptions& options) {
  using Kind = Refusals::Kind;
  Refusals refusals;
  refusals.add_all(options::refusals(options));
  const Activation outputs = net.shape().activations.back();
  const Loss loss = loss_of(net.shape(), options.loss);
  const bool entropy = loss != Loss::cross_entropy || has_cross_entropy(outputs);
  refusals.add(!entropy, "loss",
               std::string("cross-entropy is for outputs that are sigmoids or a softmax, not ") + name_of(outputs),
               Kind::combination);
  refusals.add(options.frozen_layers >= net.depth(), "frozenLayers",
               "must leave one of the net's " + std::to_string(net.depth()) + " layers of weights to learn, not " +
                   std::to_string(options.frozen_layers),
               Kind::range);
  if (entropy)
    refusals.add_thrown([&] { check_targets(net.shape(), data, loss, targets_of(net.shape(), options.targets)); });
  return refusals.list();
}

std::unique_ptr<TrainingWith<NetworkTrainingOptions>> train(Network& net, const Dataset& data,
                                                            const NetworkTrainingOptions& options) {
  refuse(check(net, data, options));
  return std::make_unique<NetworkTrainer>(net, data, options);
}

}  // namespace wakesleep
