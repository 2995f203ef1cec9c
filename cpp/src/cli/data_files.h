// Examples, labels and other numbers in files of the user's own: IDX, plain or gzip, NumPy's .npy, or CSV. Which one a
// file is shows in how it begins.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "wakesleep/dataset.h"

namespace wakesleep::cli {

// Errors of all: Error(io) for what can't be read, Error(format) for what is none of these, or damaged, and
// std::out_of_range for numbers that can't be what they are to be. They name the file.

struct Examples {
  Dataset data;
  std::string description;
};

// Examples, one a row (an image is a row of its pixels), times `scale`. Where that is not given, values of an IDX file
// are its bytes over 255, as MNIST's are, or the bytes themselves where all are 0 or 1; other bytes above 1 are
// refused.
Examples read_examples(const std::string& path, std::optional<float> scale, std::vector<std::uint16_t> labels = {});
// Whole numbers from 0, one a row or all in one row.
std::vector<std::uint16_t> read_labels(const std::string& path);
// Any numbers, in the same form.
std::vector<float> read_weights(const std::string& path);

}  // namespace wakesleep::cli
