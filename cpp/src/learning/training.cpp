#include "wakesleep/training.h"

#include <stdexcept>

namespace wakesleep {
namespace {
constexpr Index validated_rows = 1000;
}

struct Training::EndOfEpoch {
  const Dataset* validation = nullptr;
  // For the epoch that has ended; empty in between, and where the model has no free energy.
  std::optional<DatasetAverage> of_training, of_validation;
  std::optional<double> log_z;
  bool due = false, over = false;
};

Training::Training(const Dataset& data) : data_(&data), end_(std::make_unique<EndOfEpoch>()) {}
Training::~Training() = default;

bool Training::step() {
  end_->of_training.reset();
  end_->of_validation.reset();
  end_->due = end_->over = false;
  if (!step_batch()) return false;
  end_->due = position().epoch_ended;
  return true;
}

bool Training::validate() {
  if (end_->due) {
    end_->due = false;
    end_->log_z = log_z();
    if (end_->log_z || end_->validation) end_->of_training = average_free_energy(*data_, validated_rows);
    if (end_->validation) end_->of_validation = average_free_energy(*end_->validation, validated_rows);
  }
  if (!end_->of_training) return false;
  const bool stepped = end_->of_training->step() || (end_->of_validation && end_->of_validation->step());
  end_->over = !stepped;
  return stepped;
}

Progress Training::progress() const {
  Progress progress = position();
  if (!end_->over) return progress;
  const double training = end_->of_training->result().mean;
  std::optional<double> validation;
  if (end_->of_validation) validation = end_->of_validation->result().mean;
  if (validation) progress.free_energies = {training, *validation};
  if (!end_->log_z) return progress;
  progress.log_likelihoods = {-training - *end_->log_z, {}};
  if (validation) progress.log_likelihoods->validation = -*validation - *end_->log_z;
  return progress;
}

void Training::set_validation(const Dataset& validation) {
  if (!has_free_energy())
    throw std::invalid_argument("validation compares free energies, which this model does not have");
  average_free_energy(validation, 1);  // for its errors
  end_->validation = &validation;
}

std::optional<double> Training::mean_free_energy(const Dataset& data, Index most_rows) const {
  auto average = average_free_energy(data, most_rows);
  return average ? std::optional(average->finish().mean) : std::nullopt;
}

}  // namespace wakesleep
