#include "wakesleep/dataset.h"

#include <algorithm>
#include <cmath>
#include <memory>

#include "bindings/computation.h"
#include "wakesleep/idx.h"
#include "wakesleep/patterns.h"
#include "wakesleep/standardisation.h"
#include "wakesleep/stroke_digits.h"

namespace wakesleep::bindings {
namespace {

using Shared = std::shared_ptr<Dataset>;

Shared share(Dataset data) { return std::make_shared<Dataset>(std::move(data)); }

// How many values or bytes of an array become part of a data set in a slice, or come out of one. The engine runs its
// first slices in code that is not optimised yet, which takes some ten times as long.
constexpr double a_slice = 1 << 17;

val part_of(const val& array, double first, double count) { return array.call<val>("subarray", first, first + count); }

// Rows of a typed array: bytes, which stand for bytes * scale, or numbers, which are multiplied with it.
class PixelReading {
 public:
  // labels: a Uint16Array, empty for none.
  PixelReading(val pixels, double width, double scale, const val& labels)
      : pixels_(std::move(pixels)),
        width_(width),
        rows_(static_cast<double>(length_of(pixels_)) / width),
        scale_(scale),
        bytes_(pixels_["BYTES_PER_ELEMENT"].as<int>() == 1 && !pixels_.instanceof(val::global("Int8Array"))),
        labels_(vector_from<std::uint16_t>(labels)),
        builder_(bytes_ ? DatasetBuilder(index(rows_), index(width), static_cast<float>(scale))
                        : DatasetBuilder(index(rows_), index(width))) {}

  bool step() {
    if (next_ == rows_) return false;
    const double rows = std::min(rows_ - next_, std::max(1.0, std::floor(a_slice / width_)));
    const val part = part_of(pixels_, next_ * width_, rows * width_);
    if (bytes_) {
      builder_.append(vector_from<std::uint8_t>(part));
    } else {
      const auto numbers = vector_from<double>(part);
      std::vector<float> values(numbers.size());
      for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(numbers[i] * scale_);
      builder_.append(values);
    }
    next_ += rows;
    return true;
  }
  double done() const { return next_ / rows_; }
  Dataset result() { return builder_.finish(std::move(labels_)); }

 private:
  static Index index(double number) { return static_cast<Index>(number); }

  val pixels_;
  double width_, rows_, next_ = 0, scale_;
  bool bytes_;
  std::vector<std::uint16_t> labels_;
  DatasetBuilder builder_;
};

// An IDX file in a Uint8Array, and that of its labels, empty for none.
class IdxReading {
 public:
  IdxReading(val file, const val& labels)
      : file_(std::move(file)),
        images_(vector_from<std::uint8_t>(part_of(file_, 0, static_cast<double>(most_idx_header))), length_of(file_),
                vector_from<std::uint8_t>(labels)),
        next_(static_cast<double>(images_.header())),
        length_(static_cast<double>(length_of(file_))) {
    for (std::size_t i = 1; i < images_.shape().size(); ++i) size_ *= static_cast<double>(images_.shape()[i]);
  }

  bool step() {
    if (next_ == length_) return false;
    const double some = std::min(length_ - next_, std::max(1.0, std::floor(a_slice / size_)) * size_);
    images_.append(vector_from<std::uint8_t>(part_of(file_, next_, some)));
    next_ += some;
    return true;
  }
  double done() const { return next_ / length_; }
  // { data, itemShape }
  val result() {
    val out = val::object(), shape = val::array();
    for (std::size_t i = 1; i < images_.shape().size(); ++i)
      shape.call<void>("push", static_cast<double>(images_.shape()[i]));
    out.set("itemShape", shape);
    out.set("data", share(images_.finish()));
    return out;
  }

 private:
  val file_;
  IdxImages images_;
  double next_, length_, size_ = 1;
};

// Rows as a Float32Array, which is filled slice by slice: to copy all of them at the end would be one long slice.
class RowsReading {
 public:
  RowsReading(const Dataset& data, double first, double count)
      : data_(data.subset(static_cast<Index>(first), static_cast<Index>(count))),
        values_(val::global("Float32Array").new_(count * static_cast<double>(data.width()))) {}

  bool step() {
    if (next_ == data_.count()) return false;
    const auto most = static_cast<Index>(std::max(1.0, a_slice / static_cast<double>(data_.width())));
    const Matrix some = data_.rows(next_, std::min(most, data_.count() - next_));
    values_.call<void>("set", emscripten::typed_memory_view(static_cast<std::size_t>(some.size()), some.data()),
                       static_cast<double>(next_) * static_cast<double>(data_.width()));
    next_ += some.rows();
    return true;
  }
  double done() const { return static_cast<double>(next_) / static_cast<double>(data_.count()); }
  // { data, shape }
  val result() const {
    val out = val::object(), shape = val::array();
    shape.call<void>("push", static_cast<double>(data_.count()));
    shape.call<void>("push", static_cast<double>(data_.width()));
    out.set("data", values_);
    out.set("shape", shape);
    return out;
  }

 private:
  Dataset data_;
  val values_;
  Index next_ = 0;
};

constexpr auto dataset_of = [](auto& ended) { return val(share(ended.result())); };

ComputationPointer from_pixels(val pixels, double width, double scale, val labels) {
  return computation(nullptr, PixelReading(std::move(pixels), width, scale, labels), dataset_of);
}
ComputationPointer from_idx(val images, val labels) {
  return computation(nullptr, IdxReading(std::move(images), labels), [](IdxReading& ended) { return ended.result(); });
}
Shared make_bars_and_stripes(int size) { return share(bars_and_stripes(size)); }
ComputationPointer make_shifter(int size, double count, double seed) {
  return computation(nullptr, Shifter(size, static_cast<Index>(count), whole(seed)), dataset_of);
}
ComputationPointer make_stroke_digits(double count, double seed, double first) {
  return computation(nullptr, StrokeDigits(static_cast<Index>(count), whole(seed), whole(first)), dataset_of);
}

double count(const Dataset& data) { return static_cast<double>(data.count()); }
double width(const Dataset& data) { return static_cast<double>(data.width()); }

ComputationPointer rows(Shared data, double first, double count) {
  return computation(nullptr, RowsReading(*data, first, count),
                     [](const RowsReading& ended) { return ended.result(); });
}

// Empty without labels. The range was checked.
val labels(const Dataset& data, double first, double count) {
  const auto at = [&](double row) { return data.has_labels() ? static_cast<std::size_t>(row) : 0; };
  return array_of("Uint16Array", data.labels().data() + at(first), at(count));
}

Shared subset(const Dataset& data, double first, double count) {
  return share(data.subset(static_cast<Index>(first), static_cast<Index>(count)));
}

ComputationPointer mean(const Dataset& data) {
  return computation(nullptr, ColumnStatistics(data, false),
                     [](const ColumnStatistics& ended) { return floats(ended.mean()); });
}
ComputationPointer deviation(const Dataset& data) {
  return computation(nullptr, ColumnStatistics(data),
                     [](const ColumnStatistics& ended) { return floats(ended.deviation()); });
}
// By these, or by its own where they are null. (Its own are rounded as those are, which JavaScript has as floats.)
ComputationPointer standardised(Shared data, val mean, val deviation) {
  const auto begin = [data](const Vector& center, const Vector& scale) {
    return computation(nullptr, Standardisation(*data, center.cast<double>(), scale.cast<double>()), dataset_of);
  };
  if (!mean.isNull()) return begin(float_vector_from(mean), float_vector_from(deviation));
  return computation_after(nullptr, ColumnStatistics(*data), [begin](const ColumnStatistics& own) {
    return begin(own.mean().cast<float>(), own.deviation().cast<float>());
  });
}

Shared with_label(const Dataset& data, int label) { return share(data.with_label(label)); }

}  // namespace

EMSCRIPTEN_BINDINGS(wakesleep_dataset) {
  using namespace emscripten;
  class_<Dataset>("Dataset")
      .smart_ptr<Shared>("SharedDataset")
      .class_function("fromPixels", &guard<from_pixels>::call)
      .class_function("fromIdx", &guard<from_idx>::call)
      .class_function("barsAndStripes", &guard<make_bars_and_stripes>::call)
      .class_function("shifter", &guard<make_shifter>::call)
      .class_function("strokeDigits", &guard<make_stroke_digits>::call)
      .function("count", &count)
      .function("width", &width)
      .function("binary", &Dataset::binary)
      .function("min", &Dataset::min)
      .function("max", &Dataset::max)
      .function("labelCount", &Dataset::label_count)
      .function("rows", &guard<rows>::call)
      .function("labels", &guard<labels>::call)
      .function("mean", &guard<mean>::call)
      .function("deviation", &guard<deviation>::call)
      .function("standardised", &guard<standardised>::call)
      .function("subset", &guard<subset>::call)
      .function("withLabel", &guard<with_label>::call);
}

}  // namespace wakesleep::bindings
