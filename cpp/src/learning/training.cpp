#include "wakesleep/training.h"

#include <stdexcept>

namespace wakesleep {
namespace {
constexpr Index validated_rows = 1000;
}

struct Training::Validation {
  const Dataset* data;
  // For the epoch that has ended; empty in between, and where the model has no free energy.
  std::optional<DatasetAverage> of_training, of_validation;
  bool over = false;
};

Training::Training(const Dataset& data) : data_(&data) {}
Training::~Training() = default;

bool Training::step() {
  if (validation_) {
    validation_->of_training.reset();
    validation_->over = false;
  }
  if (!step_batch()) return false;
  if (validation_ && position().epoch_ended) {
    validation_->of_training = average_free_energy(*data_, validated_rows);
    validation_->of_validation = average_free_energy(*validation_->data, validated_rows);
  }
  return true;
}

bool Training::validate() {
  if (!validation_ || !validation_->of_training) return false;
  const bool stepped = validation_->of_training->step() || validation_->of_validation->step();
  validation_->over = !stepped;
  return stepped;
}

Progress Training::progress() const {
  Progress progress = position();
  if (validation_ && validation_->over)
    progress.free_energies = {validation_->of_training->result().mean, validation_->of_validation->result().mean};
  return progress;
}

void Training::set_validation(const Dataset& validation) {
  if (!has_free_energy())
    throw std::invalid_argument("validation compares free energies, which this model does not have");
  average_free_energy(validation, 1);  // for its errors
  validation_ = std::make_unique<Validation>(Validation{&validation, {}, {}});
}

std::optional<double> Training::mean_free_energy(const Dataset& data, Index most_rows) const {
  auto average = average_free_energy(data, most_rows);
  return average ? std::optional(average->finish().mean) : std::nullopt;
}

}  // namespace wakesleep
