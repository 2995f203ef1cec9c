// Calibration: what a trained model with labels needs to tell familiar images from others (familiarity.h), found from
// images that it was trained on and nothing else.
//
// Half as many strange images as there are training images, but at most 20,000, are made of these, a fifth of each
// kind: turned by a quarter, to the left and to the right in turn; mirrored; two laid over each other (the larger value
// at each place); with their values shuffled; and inverted, each value less than 1 by as much as it was more than 0.
// Images that are no squares are read backwards in place of the first two.
// Some that are made so are digits again, as an 8 that is mirrored: they are the price of needing no other data. A net
// of 16 hidden sigmoids learns from the statistics of both to tell them apart (30 epochs by Adam), half of the training
// images being kept back from it: the threshold is the log-odds that the chosen share of these exceeds.
#pragma once

#include <cstdint>
#include <memory>

#include "wakesleep/example_rows.h"
#include "wakesleep/familiarity.h"
#include "wakesleep/rbm.h"

namespace wakesleep {

struct CalibrationOptions {
  // Share of the training images kept back that is refused, above 0, at most 0.5. Of images that the model has not
  // learned from it refuses a little more.
  double refused = 0.0125;
  std::uint64_t seed = 1;
};

// In slices; done when step() has returned false, which gave the model what was found. The model must outlive this, and
// stay as it is; the same model, images and options give the same bits. std::invalid_argument for a model without label
// units or with other than Bernoulli units; std::out_of_range for an option, for rows that do not fit, and for fewer
// than 100 of them. step() throws std::invalid_argument when the model has changed.
class Calibration {
 public:
  static constexpr Index least_examples = 100;

  Calibration(Rbm& rbm, ExampleRows images, const CalibrationOptions& options = {});
  Calibration(Dbn& dbn, ExampleRows images, const CalibrationOptions& options = {});
  Calibration(Calibration&&) noexcept;
  Calibration& operator=(Calibration&&) noexcept;
  ~Calibration();

  bool step();
  double done() const;  // 0 .. 1
  // How many of all images are refused; once it is done.
  Index refused() const;
  Index count() const;

 private:
  struct Work;
  std::unique_ptr<Work> work_;
};

}  // namespace wakesleep
