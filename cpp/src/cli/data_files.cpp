#include "cli/data_files.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "data/gzip.h"
#include "data/input_file.h"
#include "io/csv.h"
#include "io/npy.h"
#include "options/value.h"
#include "wakesleep/idx.h"

namespace wakesleep::cli {
namespace {

using Bytes = std::vector<std::uint8_t>;
using Floats = std::vector<float>;

struct Numbers {
  io::NumberArray array;
  bool idx;

  Index rows() const { return array.shape.front(); }
  Index columns() const {
    Index product = 1;
    for (std::size_t i = 1; i < array.shape.size(); ++i) product *= array.shape[i];
    return product;
  }
};

bool begins_as_idx(const Bytes& start) {
  const bool plain = start.size() >= 2 && start[0] == 0 && start[1] == 0;
  const bool gzip = start.size() >= 2 && start[0] == 0x1f && start[1] == 0x8b;
  return plain || gzip;
}

Numbers read_array(const std::string& path) {
  InputFile file(path);
  Bytes bytes;
  file.read(bytes, io::most_npy_header);
  return naming(file.path(), [&]() -> Numbers {
    const auto length = file.length();
    if (io::is_npy(bytes)) {
      if (length) io::check_npy(bytes, *length);
      file.read_rest(bytes, io::npy_file_bytes(bytes));
      return {io::parse_npy(bytes), false};
    }
    if (begins_as_idx(bytes)) {
      bytes = read_rest_of_idx(file, std::move(bytes));
      const IdxArray found = parse_idx(bytes);
      return {{found.shape, Bytes(found.values.begin(), found.values.end())}, true};
    }
    if (std::find(bytes.begin(), bytes.end(), 0) != bytes.end())
      throw Error(ErrorCode::format, "this is no IDX file (plain or gzip), no .npy and no CSV");
    file.read_rest(bytes);
    return {io::parse_csv(bytes), false};
  });
}

Floats read_list(const std::string& path, const char* what) {
  const Numbers read = read_array(path);
  if (read.columns() != 1 && read.rows() != 1)
    throw std::out_of_range(path + ": " + what + " are one number an example, and here are " +
                            std::to_string(read.columns()));
  if (const auto* floats = std::get_if<Floats>(&read.array.values)) return *floats;
  const Bytes& bytes = std::get<Bytes>(read.array.values);
  return {bytes.begin(), bytes.end()};
}

std::string text_of_scale(float scale) {
  const double inverse = 1 / static_cast<double>(scale);
  const double whole = std::round(inverse);
  return std::abs(inverse - whole) < whole * std::numeric_limits<float>::epsilon() && whole > 1
             ? "1/" + options::text_of(whole)
             : options::text_of(static_cast<double>(scale));
}

}  // namespace

Examples read_examples(const std::string& path, std::optional<float> scale, std::vector<std::uint16_t> labels) {
  Numbers read = read_array(path);
  const std::string shape = std::to_string(read.rows()) + " x " + std::to_string(read.columns());
  if (read.array.shape.size() == 1)
    throw std::out_of_range(path + ": examples are rows of numbers, and here is one row of " +
                            std::to_string(read.rows()) + " (are these labels?)");
  std::string description = path + " (" + shape;
  return naming(path, [&]() -> Examples {
    if (auto* floats = std::get_if<Floats>(&read.array.values)) {
      if (scale)
        for (float& value : *floats) value *= *scale;
      if (scale) description += ", times " + text_of_scale(*scale);
      return {Dataset::from_floats(*floats, read.rows(), read.columns(), std::move(labels)), description + ")"};
    }
    const Bytes& bytes = std::get<Bytes>(read.array.values);
    const std::uint8_t most = *std::max_element(bytes.begin(), bytes.end());
    const bool bits = most <= 1;
    if (!scale && !bits && !read.idx)
      throw std::out_of_range("the values are bytes up to " + std::to_string(most) +
                              ", and nothing says what they stand for: give --scale 1/255 for pixels");
    const float times = scale ? *scale : bits ? 1.0f : 1.0f / 255;
    if (scale || !bits) description += ", bytes times " + text_of_scale(times);
    return {Dataset::from_bytes(bytes, read.rows(), read.columns(), times, std::move(labels)), description + ")"};
  });
}

std::vector<std::uint16_t> read_labels(const std::string& path) {
  constexpr float most = std::numeric_limits<std::uint16_t>::max();
  const Floats read = read_list(path, "labels");
  std::vector<std::uint16_t> labels;
  labels.reserve(read.size());
  for (const float value : read) {
    if (!(value >= 0 && value <= most && value == std::floor(value)))
      throw std::out_of_range(path + ": labels are whole numbers from 0 to 65535, and row " +
                              std::to_string(labels.size()) + " has " + options::text_of(static_cast<double>(value)));
    labels.push_back(static_cast<std::uint16_t>(value));
  }
  return labels;
}

std::vector<float> read_weights(const std::string& path) { return read_list(path, "weights"); }

}  // namespace wakesleep::cli
