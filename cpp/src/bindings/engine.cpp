// Threads, kernels, and the preprocessing of drawings.
#include <emscripten/heap.h>
#include <malloc.h>

#include <algorithm>

#include "bindings/computation.h"
#include "wakesleep/drawing.h"
#include "wakesleep/kernels.h"
#include "wakesleep/threads.h"

namespace wakesleep::bindings {
namespace {

val work_by_thread() {
  const auto work = work_done_by_thread();
  const std::vector<double> numbers(work.begin(), work.end());
  return array_of("Float64Array", numbers.data(), numbers.size());
}

// [{ name, chosen?, variants: [{ name, nanosecondsAnAddition? }] }]
val described_kernels() {
  val all = val::array();
  for (const Kernel& kernel : kernels()) {
    val variants = val::array(), out = val::object();
    for (const Kernel::Variant& variant : kernel.variants) {
      val one = val::object();
      one.set("name", variant.name);
      if (variant.nanoseconds_an_addition > 0) one.set("nanosecondsAnAddition", variant.nanoseconds_an_addition);
      variants.call<void>("push", one);
    }
    out.set("name", kernel.name);
    if (kernel.chosen >= 0) out.set("chosen", kernel.variants[static_cast<std::size_t>(kernel.chosen)].name);
    out.set("variants", variants);
    all.call<void>("push", out);
  }
  return all;
}

double heap_bytes() { return static_cast<double>(emscripten_get_heap_size()); }

double most_heap_bytes() { return static_cast<double>(emscripten_get_heap_max()); }

// What was asked for and not freed yet. The field is an int, and no heap is larger than 2 GB.
double held_bytes() { return static_cast<double>(mallinfo().uordblks); }

// points: x and y of every point of every stroke, one after the other; lengths: points of each stroke.
val strokes(val points, val lengths) {
  const auto coordinates = vector_from<float>(points);
  std::vector<Stroke> all;
  std::size_t next = 0;
  for (const std::uint32_t length : vector_from<std::uint32_t>(lengths)) {
    Stroke stroke;
    for (std::uint32_t i = 0; i < length; ++i, next += 2)
      stroke.push_back({coordinates.at(next), coordinates.at(next + 1)});
    all.push_back(std::move(stroke));
  }
  return floats(preprocess_strokes(all));
}

// data: a Float32Array of grey values, or bytes, RGBA or grey, which are read before they are looked at.
class PictureReading {
 public:
  PictureReading(val data, int width, int height)
      : data_(std::move(data)),
        grey_(data_["BYTES_PER_ELEMENT"].as<int>() > 1),
        length_(static_cast<double>(length_of(data_))),
        picture_(width, height, length_ == 4.0 * width * height ? 4 : 1) {}

  bool step() {
    if (next_ == length_) return picture_.step();
    constexpr double a_slice = 1 << 19;
    const double some = std::min(length_ - next_, a_slice);
    const val part = data_.call<val>("subarray", next_, next_ + some);
    if (grey_) {
      picture_.append(vector_from<float>(part));
    } else {
      picture_.append(vector_from<std::uint8_t>(part));
    }
    next_ += some;
    return true;
  }
  double done() const { return (next_ / length_ + picture_.done()) / 2; }
  val result() const { return floats(picture_.result()); }

 private:
  val data_;
  bool grey_;
  double length_, next_ = 0;
  PicturePreprocessing picture_;
};

ComputationPointer picture(val data, int width, int height) {
  return computation(nullptr, PictureReading(std::move(data), width, height),
                     [](const PictureReading& ended) { return ended.result(); });
}

}  // namespace

EMSCRIPTEN_BINDINGS(wakesleep_engine) {
  using namespace emscripten;
  function("setThreadCount", &guard<set_thread_count>::call);
  function("threadCount", &thread_count);
  function("workByThread", &guard<work_by_thread>::call);
  function("heapBytes", &heap_bytes);
  function("mostHeapBytes", &most_heap_bytes);
  function("heldBytes", &held_bytes);
  function("kernels", &described_kernels);
  function("preprocessStrokes", &guard<strokes>::call);
  function("preprocessPicture", &guard<picture>::call);
}

}  // namespace wakesleep::bindings
