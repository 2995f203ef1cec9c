#include "learning/dbn_trainer.h"

#include <span>
#include <string>

#include "learning/checks.h"
#include "options/refusals.h"

namespace wakesleep {

DbnTrainer::DbnTrainer(Dbn& dbn, const Dataset& data, const std::vector<TrainingOptions>& options,
                       bool start_from_transpose)
    : TrainingWith(data), dbn_(&dbn), options_(of_layers(options)), start_from_transpose_(start_from_transpose) {
  if (dbn.training_layer >= dbn.depth()) dbn.training_layer = 0;
  first_layer_ = dbn.training_layer;
  begin_layer();
}

std::vector<TrainingOptions> DbnTrainer::of_layers(std::vector<TrainingOptions> options) const {
  if (options.size() == 1) options.resize(static_cast<std::size_t>(dbn_->depth()), options[0]);
  for (std::size_t l = 0; l < options.size(); ++l) options[l].seed += l;
  return options;
}

void DbnTrainer::begin_layer() {
  if (now_) examples_before_ += now_->progress().examples;
  layer_ = dbn_->training_layer;
  if (start_from_transpose_ && dbn_->may_start_from_transpose(layer_) && dbn_->rbm(layer_).training_state().step == 0)
    dbn_->start_layer_from_transpose(layer_);
  std::vector<InputScales> below;
  for (Index l = 0; l < layer_; ++l) below.push_back(options(l).input_scales);
  now_.emplace(dbn_->rbm(layer_), data(), options(layer_), dbn_, layer_, below);
}

// False when every layer has had its turn.
bool DbnTrainer::begin_due_layer() {
  if (dbn_->training_layer >= dbn_->depth()) return false;
  if (dbn_->training_layer != layer_) begin_layer();
  return true;
}

bool DbnTrainer::prepare() { return begin_due_layer() && now_->prepare(); }

bool DbnTrainer::step_batch() {
  while (begin_due_layer()) {
    const bool stepped = now_->step();
    // A layer is left as soon as its last batch is done, so that a saved file says that the next one is due.
    if (now_->progress().done >= 1) ++dbn_->training_layer;
    if (stepped) return true;
  }
  return false;
}

Progress DbnTrainer::position() const {
  Progress progress = now_->progress();
  progress.examples += examples_before_;
  // Layers weigh by their weights and epochs, which is what their time follows.
  double before = 0, all = 0;
  for (Index l = first_layer_; l < dbn_->depth(); ++l) {
    const double weight = static_cast<double>(dbn_->rbm(l).W().size()) * static_cast<double>(options(l).epochs);
    all += weight;
    if (l < layer_) before += weight;
    if (l == layer_) before += weight * progress.done;
  }
  progress.done = all > 0 ? before / all : 1;
  return progress;
}

void DbnTrainer::change(const std::vector<TrainingOptions>& options) {
  refuse(check(*dbn_, data(), options, start_from_transpose_));
  const std::vector<TrainingOptions> changed = of_layers(options);
  for (std::size_t l = 0; l < changed.size(); ++l) refuse(options::refusals_of_change(options_[l], changed[l]));
  options_ = changed;
  now_->change(this->options(layer_));
}

std::vector<Refusal> check(const Dbn& dbn, const Dataset& data, const std::vector<TrainingOptions>& options,
                           bool start_from_transpose) {
  Refusals refusals;
  const auto depth = static_cast<std::size_t>(dbn.depth());
  if (options.size() == 1 || options.size() == depth) {
    for (std::size_t l = 0; l < depth; ++l)
      refusals.add_layer(dbn.rbm(static_cast<Index>(l)).shape(), options[options.size() == 1 ? 0 : l], data, true);
  } else {
    refusals.add(true, "options must be one for all layers or " + std::to_string(depth) + ", one a layer, not " +
                           std::to_string(options.size()));
  }
  refusals.add_data(data, dbn.rbm(0).shape().visible_units, dbn.visible(), dbn.labels());
  refusals.add(dbn.has_recognition(), "method",
               "must be 'up-down': this net's recognition weights are untied, and greedy training is over",
               Refusals::Kind::combination);
  bool any = false;
  for (Index l = 1; l < dbn.depth(); ++l) any |= dbn.may_start_from_transpose(l);
  refusals.add(start_from_transpose && !any, "startFromTranspose",
               "needs a layer as wide as the one two below it, as in 784, 500, 784 units", Refusals::Kind::range);
  return refusals.list();
}

std::unique_ptr<TrainingWith<std::vector<TrainingOptions>>> train(Dbn& dbn, const Dataset& data,
                                                                  const std::vector<TrainingOptions>& options,
                                                                  bool start_from_transpose) {
  refuse(check(dbn, data, options, start_from_transpose));
  return std::make_unique<DbnTrainer>(dbn, data, options, start_from_transpose);
}

}  // namespace wakesleep
