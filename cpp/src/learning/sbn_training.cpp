#include "wakesleep/sbn_training.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

#include "learning/epoch_cursor.h"
#include "learning/example_source.h"
#include "learning/optimizer.h"
#include "learning/visible_bias.h"
#include "math/bits.h"
#include "math/products.h"
#include "math/sampling.h"
#include "math/transpose.h"
#include "models/sbn_gibbs_sweeps.h"
#include "models/sbn_states.h"
#include "wakesleep/random.h"
#include "wakesleep/sbn_exact.h"

namespace wakesleep {
namespace {

std::size_t at(Index layer) { return static_cast<std::size_t>(layer); }

class SbnLearning : public SbnTraining {
 public:
  SbnLearning(Sbn& net, const Dataset& data, const SbnTrainingOptions& options)
      : net_(&net),
        data_(&data),
        options_((check(options), options)),
        source_(source(net, data, options)),
        rate_(static_cast<float>(options.learning_rate)),
        decay_(static_cast<float>(options.weight_decay)),
        passes_(options.seed, Stream::sbn_down, Stream::sbn_up),
        gibbs_(options.seed),
        cursor_(place_in(net.training_state()), data.count(), options.batch_size, options.epochs, options.seed) {
    if (options.method == SbnMethod::exact && net.hidden() > most_hidden_units_of_exact_learning)
      throw std::out_of_range("learning by the exact posterior takes a net of at most " +
                              std::to_string(most_hidden_units_of_exact_learning) + " hidden units, and this one has " +
                              std::to_string(net.hidden()));
    if (options.method == SbnMethod::wake_sleep) net.start_recognition();
    if (options.method == SbnMethod::gibbs && options.persistent) {
      SbnPasses start(options.seed, Stream::chain_start, Stream::chain_start);
      start.draw_top(net, data.count(), net.training_state().step, kept_);
      start.draw_down(net, net.training_state().step, kept_);
    }
  }

  bool step() override {
    SbnTrainingState& state = net_->training_state();
    if (cursor_.over()) return false;
    if (state.step == 0 && options_.visible_bias_from_data && net_->b(0).isZero(0))
      start_at_log_odds(*data_, net_->mutable_b(0));
    check_safe();
    const std::span<const std::uint32_t> rows = cursor_.next();
    read(rows);
    learn(rows, state.step);

    cursor_.went_on(error_);
    return true;
  }

  Progress progress() const override { return cursor_.progress(); }

 private:
  static EpochPosition place_in(SbnTrainingState& state) { return {&state.epoch, &state.batch, &state.step}; }
  Index depth() const { return net_->depth(); }
  Index layer_count() const { return net_->layer_count(); }

  // Of examples as bits: grey ones are sampled.
  static ExampleSource source(const Sbn& net, const Dataset& data, const SbnTrainingOptions& options) {
    const bool observed = options.method == SbnMethod::observed;
    const Index width = net.visible() + (observed ? net.hidden() : 0);
    if (observed && data.width() != width)
      throw std::out_of_range("the data set has " + std::to_string(data.width()) + " values an example, and the net " +
                              std::to_string(width) + " units in all its layers");
    TrainingOptions of_source;
    of_source.data_states = States::sampled;
    of_source.seed = options.seed;
    return {data, nullptr, 0, {.visible = width, .hidden = net.units(1)}, of_source};
  }

  // The examples' states: of the visible layer, or of all.
  void read(std::span<const std::uint32_t> rows) {
    const auto count = static_cast<Index>(rows.size());
    states_.resize(at(layer_count()));
    source_.read(rows, net_->training_state().epoch, batch_);
    if (options_.method != SbnMethod::observed) return std::swap(states_[0], batch_.bits);
    Index first = 0;
    for (Index l = 0; l < layer_count(); first += net_->units(l++)) {
      states_[at(l)].resize(count, net_->units(l));
      for (Index r = 0; r < count; ++r)
        for (Index i = 0; i < net_->units(l); ++i)
          if (batch_.bits.get(r, first + i)) states_[at(l)].set(r, i, true);
    }
  }

  void learn(std::span<const std::uint32_t> rows, std::uint64_t step) {
    switch (options_.method) {
      case SbnMethod::wake_sleep: {
        const auto R = [&](Index l) -> const Matrix& { return net_->R(l); };
        const auto c = [&](Index l) -> const Vector& { return net_->c(l); };
        passes_.draw_up(depth(), step, states_, R, c);
        learn_generative();
        passes_.draw_top(*net_, static_cast<Index>(rows.size()), step, fantasies_);
        passes_.draw_down(*net_, step, fantasies_);
        learn_recognition();
        return;
      }
      case SbnMethod::gibbs:
        draw_posterior(rows, step);
        return learn_generative();
      case SbnMethod::exact:
        return learn_exactly();
      case SbnMethod::observed:
        return learn_generative();
      case SbnMethod::cd:
        return contrast(step);
    }
  }

  void draw_posterior(std::span<const std::uint32_t> rows, std::uint64_t step) {
    const auto count = static_cast<Index>(rows.size());
    if (options_.persistent) {
      copy_rows(rows, kept_, states_, false);
    } else {
      passes_.draw_top(*net_, count, step, fantasies_);
      passes_.draw_down(*net_, step, fantasies_);
      for (Index l = 1; l < layer_count(); ++l) std::swap(states_[at(l)], fantasies_[at(l)]);
    }
    gibbs_.prepare(*net_);
    const auto sweeps = static_cast<std::uint64_t>(options_.sweeps);
    for (std::uint64_t i = 0; i < sweeps; ++i) gibbs_.sweep(*net_, step * sweeps + i, states_);
    if (options_.persistent) copy_rows(rows, kept_, states_, true);
  }

  // Hidden states of the batch from those kept of these examples, or back to them.
  void copy_rows(std::span<const std::uint32_t> rows, SbnStates& kept, SbnStates& batch, bool back) {
    const auto count = static_cast<Index>(rows.size());
    for (Index l = 1; l < layer_count(); ++l) {
      BitMatrix &own = kept[at(l)], &here = batch[at(l)];
      if (!back) here.resize(count, net_->units(l));
      for (Index r = 0; r < count; ++r) {
        std::uint64_t *of_example = own.row(rows[at(r)]), *of_row = here.row(r);
        std::copy_n(back ? of_row : of_example, own.words_per_row(), back ? of_example : of_row);
      }
    }
  }

  // differences_ becomes `targets` less their means given the others.
  void take_differences(const BitMatrix& targets, const BitMatrix& given, const math::Operand& weights,
                        const Vector& bias) {
    means_.resize(targets.rows(), targets.cols());
    math::fill_rows(bias, means_);
    math::add_product(given, weights, means_, workspace_);
    math::bernoulli_means(means_, targets.cols(), 1);
    take_differences_from_means(targets);
  }
  void take_differences_from_means(const BitMatrix& targets) {
    differences_.resize(targets.rows(), targets.cols());
    for (Index r = 0; r < targets.rows(); ++r) {
      float *to = differences_.row(r), *mean = means_.row(r);
      math::unpack(targets.row(r), targets.cols(), to);
      for (Index i = 0; i < targets.cols(); ++i) to[i] -= mean[i];
    }
  }

  // gradient_ becomes given' differences_: units that are given x targets.
  void take_gradient(const BitMatrix& given) {
    math::transpose(given, turned_);
    gradient_.resize(given.cols(), differences_.cols());
    std::fill_n(gradient_.data(), gradient_.size(), 0.0f);
    math::add_product(turned_, view(differences_), gradient_, workspace_);
  }

  // The delta rule for every unit given its parents.
  void learn_generative() {
    const float scale = 1 / static_cast<float>(states_[0].rows());
    for (Index l = 0; l < layer_count(); ++l) {
      const BitMatrix& targets = states_[at(l)];
      if (l == depth()) {
        means_.resize(targets.rows(), targets.cols());
        math::fill_rows(net_->b(l), means_);
        math::bernoulli_means(means_, targets.cols(), 1);
        take_differences_from_means(targets);
      } else {
        take_differences(targets, states_[at(l + 1)], {net_->W(l), true}, net_->b(l));
        if (l == 0) measure_error();
        take_gradient(states_[at(l + 1)]);
        math::transpose(view(gradient_), turned_gradient_);
        move(net_->mutable_W(l), turned_gradient_, scale);
      }
      move(net_->mutable_b(l), scale);
    }
  }

  // The delta rule for every unit given its children, on fantasies.
  void learn_recognition() {
    const float scale = 1 / static_cast<float>(fantasies_[0].rows());
    for (Index l = 0; l < depth(); ++l) {
      take_differences(fantasies_[at(l + 1)], fantasies_[at(l)], {net_->R(l)}, net_->c(l));
      take_gradient(fantasies_[at(l)]);
      move(net_->mutable_R(l), gradient_, scale);
      move(net_->mutable_c(l), scale);
    }
  }

  void learn_exactly() {
    grey_.resize(states_[0].rows(), net_->visible());
    for (Index r = 0; r < grey_.rows(); ++r) math::unpack(states_[0].row(r), net_->visible(), grey_.row(r));
    ExactPosterior posterior(*net_, view(grey_), true);
    while (posterior.step()) {
    }
    error_ = posterior.reconstruction_error();
    for (Index l = 0; l < layer_count(); ++l) {
      if (l < depth()) {
        gradient_.resize(net_->units(l), net_->units(l + 1));
        for (Index i = 0; i < gradient_.size(); ++i)
          gradient_.data()[i] = static_cast<float>(posterior.gradient_W(l).data()[i]);
        move(net_->mutable_W(l), gradient_, 1);
      }
      Vector& b = net_->mutable_b(l);
      for (Index i = 0; i < b.size(); ++i) note(b[i] += rate_ * static_cast<float>(posterior.gradient_b(l)[i]));
    }
  }

  void contrast(std::uint64_t step) {
    const auto W = [&](Index l) -> const Matrix& { return net_->W(l); };
    const auto b = [&](Index l) -> const Vector& { return net_->b(l + 1); };
    const auto sweeps = static_cast<std::uint64_t>(options_.sweeps);
    const std::uint64_t place = step * (sweeps + 1);
    passes_.draw_up(depth(), place, states_, W, b);
    fantasies_.resize(at(layer_count()));
    fantasies_.back() = states_.back();
    for (std::uint64_t i = 1; i <= sweeps; ++i) {
      passes_.draw_down(*net_, place + i, fantasies_, &reconstruction_);
      if (i == 1) {
        means_.resize(reconstruction_.rows(), reconstruction_.cols());
        std::copy_n(reconstruction_.data(), reconstruction_.size(), means_.data());
        take_differences_from_means(states_[0]);
        measure_error();
      }
      passes_.draw_up(depth(), place + i, fantasies_, W, b);
    }
    const float scale = 1 / static_cast<float>(states_[0].rows());
    for (Index l = 0; l < layer_count(); ++l) {
      sums_.setZero(net_->units(l));
      if (l < depth()) {
        gradient_.resize(net_->units(l + 1), net_->units(l));
        std::fill_n(gradient_.data(), gradient_.size(), 0.0f);
      }
      for (const SbnStates* side : {&states_, &fantasies_}) {
        const float sign = side == &states_ ? 1.0f : -1.0f;
        const BitMatrix& own = (*side)[at(l)];
        differences_.resize(own.rows(), own.cols());
        for (Index r = 0; r < own.rows(); ++r) {
          math::unpack(own.row(r), own.cols(), differences_.row(r));
          for (Index i = 0; i < own.cols(); ++i) sums_[i] += differences_(r, i) *= sign;
        }
        if (l == depth()) continue;
        math::transpose((*side)[at(l + 1)], turned_);
        math::add_product(turned_, view(differences_), gradient_, workspace_);
      }
      if (l < depth()) {
        math::transpose(view(gradient_), turned_gradient_);
        move(net_->mutable_W(l), turned_gradient_, scale);
      }
      Vector& bias = net_->mutable_b(l);
      for (Index i = 0; i < bias.size(); ++i) note(bias[i] += rate_ * (scale * sums_[i]));
    }
  }

  void move(Matrix& W, const Scratch& gradient, float scale) {
    float* w = W.data();
    const float* g = gradient.data();
    for (Index i = 0; i < W.size(); ++i) note(w[i] += rate_ * (scale * g[i] - decay_ * w[i]));
  }

  // By the sums of differences_.
  void move(Vector& b, float scale) {
    sums_.setZero(b.size());
    for (Index r = 0; r < differences_.rows(); ++r)
      for (Index i = 0; i < b.size(); ++i) sums_[i] += differences_(r, i);
    for (Index i = 0; i < b.size(); ++i) note(b[i] += rate_ * (scale * sums_[i]));
  }

  void note(float value) { largest_ = std::max(largest_, std::abs(value)); }

  void measure_error() {
    double sum = 0;
    for (Index i = 0; i < differences_.size(); ++i) {
      const auto difference = static_cast<double>(differences_.data()[i]);
      sum += difference * difference;
    }
    error_ = sum / static_cast<double>(differences_.size());
  }

  // No entry of a gradient is larger than 1.
  void check_safe() {
    if (largest_ < 0) {
      largest_ = 0;
      for (Index l = 0; l < layer_count(); ++l) {
        largest_ = std::max(largest_, net_->b(l).cwiseAbs().maxCoeff());
        if (l == depth()) continue;
        largest_ = std::max(largest_, net_->W(l).cwiseAbs().maxCoeff());
        if (net_->has_recognition())
          largest_ = std::max({largest_, net_->R(l).cwiseAbs().maxCoeff(), net_->c(l).cwiseAbs().maxCoeff()});
      }
    }
    if (is_safe_step(static_cast<double>(largest_), 1, {.learning_rate = rate_, .momentum = 0, .weight_decay = decay_}))
      return;
    cursor_.stop_for_rate(options_.learning_rate);
  }

  Sbn* net_;
  const Dataset* data_;
  SbnTrainingOptions options_;
  ExampleSource source_;
  float rate_, decay_;
  SbnPasses passes_;
  SbnGibbs gibbs_;
  EpochCursor cursor_;
  SbnStates states_, fantasies_, kept_;
  LayerStates batch_;
  BitMatrix turned_;
  Scratch grey_, means_, differences_, gradient_, turned_gradient_;
  Matrix reconstruction_;
  Vector sums_;
  math::Workspace workspace_;
  float largest_ = -1;
  double error_ = 0;
};

}  // namespace

void check(const SbnTrainingOptions& o) {
  const auto refuse = [](const char* name, const std::string& allowed, auto value) {
    throw std::out_of_range(std::string(name) + " must be " + allowed + ", not " + std::to_string(value));
  };
  // The comparisons are written so that NaN fails them.
  if (!(o.epochs <= 1'000'000)) refuse("epochs", "0 to 1000000", o.epochs);
  if (!(o.batch_size >= 1 && o.batch_size <= 65536)) refuse("batch size", "1 to 65536", o.batch_size);
  if (!(o.learning_rate > 0 && o.learning_rate <= 100))
    refuse("learning rate", "above 0 and at most 100", o.learning_rate);
  if (!(o.weight_decay >= 0 && o.weight_decay <= 100)) refuse("weight decay", "0 to 100", o.weight_decay);
  if (!(o.sweeps >= 1 && o.sweeps <= 10'000)) refuse("sweeps", "1 to 10000", o.sweeps);
}

std::unique_ptr<SbnTraining> train(Sbn& net, const Dataset& data, const SbnTrainingOptions& options) {
  return std::make_unique<SbnLearning>(net, data, options);
}

}  // namespace wakesleep
