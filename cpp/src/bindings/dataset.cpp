#include "wakesleep/dataset.h"

#include <memory>
#include <numeric>

#include "bindings/bindings.h"
#include "wakesleep/idx.h"
#include "wakesleep/patterns.h"
#include "wakesleep/stroke_digits.h"

namespace wakesleep::bindings {
namespace {

using Shared = std::shared_ptr<Dataset>;

Shared share(Dataset&& data) { return std::make_shared<Dataset>(std::move(data)); }

// labels: a Uint16Array, empty for none.
Shared from_bytes(val pixels, double width, double scale, val labels) {
  const auto bytes = vector_from<std::uint8_t>(pixels);
  const auto columns = static_cast<Index>(width);
  return share(Dataset::from_bytes(bytes, static_cast<Index>(bytes.size()) / columns, columns,
                                   static_cast<float>(scale), vector_from<std::uint16_t>(labels)));
}

Shared from_floats(val pixels, double width, val labels) {
  const auto values = vector_from<float>(pixels);
  const auto columns = static_cast<Index>(width);
  return share(Dataset::from_floats(values, static_cast<Index>(values.size()) / columns, columns,
                                    vector_from<std::uint16_t>(labels)));
}

// labels: the bytes of the second file, empty for none.
Shared from_idx(val images, val labels) {
  return share(dataset_from_idx(vector_from<std::uint8_t>(images), vector_from<std::uint8_t>(labels)));
}

Shared make_bars_and_stripes(int size) { return share(bars_and_stripes(size)); }
Shared make_shifter(int size, double count, double seed) {
  return share(shifter(size, static_cast<Index>(count), whole(seed)));
}
Shared make_stroke_digits(double count, double seed, double first) {
  return share(stroke_digits(static_cast<Index>(count), whole(seed), whole(first)));
}

double count(const Dataset& data) { return static_cast<double>(data.count()); }
double width(const Dataset& data) { return static_cast<double>(data.width()); }

val rows(const Dataset& data, double first, double count) {
  return floats(data.rows(static_cast<Index>(first), static_cast<Index>(count)));
}

// Empty without labels. The range was checked.
val labels(const Dataset& data, double first, double count) {
  const bool none = !data.has_labels();
  return array_of("Uint16Array", data.labels().data() + (none ? 0 : whole(first)), none ? 0 : whole(count));
}

Shared subset(const Dataset& data, double first, double count) {
  std::vector<std::uint32_t> which(whole(count));
  std::iota(which.begin(), which.end(), static_cast<std::uint32_t>(first));
  return share(data.subset(which));
}

val mean(const Dataset& data) { return floats(data.mean()); }
val deviation(const Dataset& data) { return floats(data.deviation()); }
Shared standardised(const Dataset& data, val mean, val deviation) {
  return share(data.standardised(float_vector_from(mean).cast<double>(), float_vector_from(deviation).cast<double>()));
}

Shared with_label(const Dataset& data, int label) { return share(data.with_label(label)); }

}  // namespace

EMSCRIPTEN_BINDINGS(wakesleep_dataset) {
  using namespace emscripten;
  class_<Dataset>("Dataset")
      .smart_ptr<Shared>("SharedDataset")
      .class_function("fromBytes", &guard<from_bytes>::call)
      .class_function("fromFloats", &guard<from_floats>::call)
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
