#include "wakesleep/drawing.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <optional>
#include <stdexcept>
#include <string>

#include "data/raster.h"
#include "math/slices.h"
#include "math/thread_pool.h"
#include "units/unit_type.h"

namespace wakesleep {
namespace {

// The median over MNIST's 60,000 training images, taken as twice the ink over the length of its outline (the summed
// size of the gradient), and the same of drawings with this pen.
constexpr double usual_pen = 2.5;

// Ink is what stands out of the background by this, against the full contrast, and by this many times the background's
// noise, where there is some.
constexpr float faintest_ink = 1.0f / 128, noise_factor = 8, strongest_noise = 0.25f;
// A picture with less contrast than this has nothing on it.
constexpr float least_contrast = 1.0f / 64;
// No digit fills its box as a dot does (pi / 4 for a round one); of MNIST's 60,000, the fullest fills 0.78.
constexpr double dot_fill = 0.77;

struct Picture {
  std::span<const float> ink;
  Index width, height;
  float background, contrast, faintest;

  float at(Index x, Index y) const {
    const float value = (ink[static_cast<std::size_t>(y * width + x)] - background) / contrast;
    return value < faintest ? 0 : value;
  }
};

// Half open, in pixels of the picture.
struct Box {
  Index left, right, top, bottom;
  Index width() const { return right - left; }
  Index height() const { return bottom - top; }
};

void widen(const Picture& picture, Index y, Box& box) {
  for (Index x = 0; x < picture.width; ++x) {
    if (picture.at(x, y) == 0) continue;
    box.left = std::min(box.left, x);
    box.right = std::max(box.right, x + 1);
    box.top = std::min(box.top, y);
    box.bottom = std::max(box.bottom, y + 1);
  }
}

bool may_be_dot(const Box& box) { return box.width() <= 2 * box.height() && box.height() <= 2 * box.width(); }

// How much of each pixel of the picture falls into one pixel of the image, along one side.
struct Share {
  Index first = 0;
  std::vector<double> weights;
};

std::vector<Share> shares(Index box_start, Index box_size, double image_start, double image_size) {
  std::vector<Share> result(raster::side);
  const double step = static_cast<double>(box_size) / image_size;  // pixels of the picture in one of the image
  for (int pixel = 0; pixel < raster::side; ++pixel) {
    const double low = std::max(0.0, (pixel - image_start) * step);
    const double high = std::min(static_cast<double>(box_size), (pixel + 1 - image_start) * step);
    if (high <= low) continue;
    Share& share = result[static_cast<std::size_t>(pixel)];
    const auto first = static_cast<Index>(low);
    share.first = box_start + first;
    for (Index i = first; i < box_size && static_cast<double>(i) < high; ++i)
      share.weights.push_back((std::min(high, static_cast<double>(i + 1)) - std::max(low, static_cast<double>(i))) /
                              step);
  }
  return result;
}

// The box of a picture on the image, made a row after the other.
class Resampling {
 public:
  Resampling(const Picture& picture, const Box& box, bool dot) : picture_(picture), box_(box) {
    const double size = dot ? usual_pen : raster::box_side;
    const double scale = size / static_cast<double>(std::max(box.width(), box.height()));
    const double width = static_cast<double>(box.width()) * scale, height = static_cast<double>(box.height()) * scale;
    // On whole pixels, so that a picture that is already as it should be comes back as it is.
    across_ = shares(box.left, box.width(), std::floor((raster::side - width) / 2), width);
    down_ = shares(box.top, box.height(), std::floor((raster::side - height) / 2), height);
    line_.resize(static_cast<std::size_t>(picture.width));
  }

  void add_row(int row) {
    const Share& rows = down_[static_cast<std::size_t>(row)];
    if (rows.weights.empty()) return;
    std::fill(line_.begin(), line_.end(), 0.0);
    for (std::size_t r = 0; r < rows.weights.size(); ++r)
      for (Index x = box_.left; x < box_.right; ++x)
        line_[static_cast<std::size_t>(x)] += rows.weights[r] * picture_.at(x, rows.first + static_cast<Index>(r));
    for (int column = 0; column < raster::side; ++column) {
      const Share& columns = across_[static_cast<std::size_t>(column)];
      double ink = 0;
      for (std::size_t c = 0; c < columns.weights.size(); ++c)
        ink += columns.weights[c] * line_[static_cast<std::size_t>(columns.first) + c];
      image_[static_cast<std::size_t>(row * raster::side + column)] = static_cast<float>(ink);
    }
  }
  raster::Image& image() { return image_; }

 private:
  Picture picture_;
  Box box_;
  std::vector<Share> across_, down_;
  std::vector<double> line_;
  raster::Image image_{};
};

// A line finer than a pixel comes out of shrinking grey all over. The brightest tenth of the ink becomes full ink.
void brighten(raster::Image& image) {
  const float brightest = *std::max_element(image.begin(), image.end());
  std::vector<float> inked;
  for (const float value : image)
    if (value > 0.1f * brightest) inked.push_back(value);
  const auto tenth = inked.begin() + static_cast<std::ptrdiff_t>(inked.size() * 9 / 10);
  std::nth_element(inked.begin(), tenth, inked.end());
  const float full = *tenth;
  for (float& value : image) value = std::min(value / full, 1.0f);
}

void check_size(std::size_t values, Index width, Index height) {
  if (width < 1 || height < 1)
    throw std::out_of_range("the picture's width and height must be positive, not " + std::to_string(width) + " x " +
                            std::to_string(height));
  if (values / static_cast<std::size_t>(width) != static_cast<std::size_t>(height) ||
      values % static_cast<std::size_t>(width) != 0)
    throw std::out_of_range("a picture of " + std::to_string(width) + " x " + std::to_string(height) +
                            " pixels needs as many values, and " + std::to_string(values) + " came");
}

// `first`: the number of the first value in the picture.
void check_ink(std::span<const float> ink, std::size_t first, Index width) {
  for (std::size_t i = 0; i < ink.size(); ++i)
    // The comparison is written so that NaN fails it.
    if (!(ink[i] >= 0 && ink[i] <= 1)) {
      const std::size_t at = first + i;
      throw std::out_of_range("data must lie in [0, 1]: row " + std::to_string(at / static_cast<std::size_t>(width)) +
                              ", column " + std::to_string(at % static_cast<std::size_t>(width)) + " is " +
                              units::value_text(static_cast<double>(ink[i])));
    }
}

// Whether dark ink on bright paper is to become bright ink. The border shows what the paper is.
bool bright_paper(std::span<const float> values, Index width, Index height) {
  double sum = 0, count = 0;
  for (Index y = 0; y < height; ++y)
    for (Index x = 0; x < width; x += y == 0 || y == height - 1 ? 1 : std::max<Index>(1, width - 1), ++count)
      sum += static_cast<double>(values[static_cast<std::size_t>(y * width + x)]);
  return sum / count > 0.5;
}

void invert(std::span<float> values) {
  for (float& value : values) value = static_cast<float>(1 - static_cast<double>(value));
}

bool any_transparent(std::span<const std::uint8_t> rgba) {
  for (std::size_t i = 3; i < rgba.size(); i += 4)
    if (rgba[i] < 255) return true;
  return false;
}

void read_bytes(std::span<const std::uint8_t> bytes, std::size_t channels, bool transparent, std::span<float> values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::uint8_t* const pixel = bytes.data() + channels * i;
    // Luma of ITU-R BT.601.
    const double value = transparent     ? pixel[3]
                         : channels == 4 ? 0.299 * pixel[0] + 0.587 * pixel[1] + 0.114 * pixel[2]
                                         : pixel[0];
    values[i] = static_cast<float>(value / 255);
  }
}

// The values of two ranks, which an ordered array would have there: counted by the upper halves of their bits, which
// order numbers that are not negative, and then by the lower halves of those that share them.
class Ranks {
 public:
  Ranks(std::size_t first, std::size_t second) : places_{first, second}, upper_(1 << 16) {}

  void count_upper(std::span<const float> values) {
    for (const float value : values) ++upper_[bits(value) >> 16];
  }
  void end_upper() {
    for (std::size_t k = 0; k < 2; ++k) {
      lower_[k].assign(1 << 16, 0);
      of_[k] = bucket_of(upper_, places_[k]);
    }
  }
  void count_lower(std::span<const float> values) {
    for (const float value : values)
      for (std::size_t k = 0; k < 2; ++k)
        if (bits(value) >> 16 == of_[k]) ++lower_[k][bits(value) & 0xffff];
  }
  float value(std::size_t k) { return std::bit_cast<float>(of_[k] << 16 | bucket_of(lower_[k], places_[k])); }

 private:
  // Without the sign that a zero may have.
  static std::uint32_t bits(float value) { return std::bit_cast<std::uint32_t>(value + 0.0f); }
  // The bucket that a place falls to, which becomes one within the bucket.
  static std::uint32_t bucket_of(const std::vector<std::uint32_t>& counts, std::size_t& place) {
    std::uint32_t bucket = 0;
    while (place >= counts[bucket]) place -= counts[bucket++];
    return bucket;
  }

  std::size_t places_[2];
  std::vector<std::uint32_t> upper_, lower_[2];
  std::uint32_t of_[2] = {};
};

}  // namespace

class PicturePreprocessing::Work {
 public:
  Work(Index width, Index height, int channels) : width_(width), height_(height), channels_(channels) {}
  // Of ink that is there.
  Work(std::vector<float> ink, Index width, Index height)
      : width_(width), height_(height), channels_(1), ink_(std::move(ink)), stage_(Stage::check) {
    check_size(ink_.size(), width, height);
  }

  void append(std::span<const float> grey) { ink_.insert(ink_.end(), grey.begin(), grey.end()); }
  void append(std::span<const std::uint8_t> bytes) {
    of_bytes_ = true;
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  }

  bool step() {
    if (stage_ == Stage::over) return false;
    // A pixel that is looked at takes as long as some multiplications of a matrix product.
    constexpr double of_pixel = 16;
    const Index all = stage_ == Stage::resample ? raster::side : stage_ == Stage::begin ? 1 : height_;
    const double share = stage_ == Stage::resample ? static_cast<double>(box_.height()) / raster::side + 1 : 1;
    const double of_row = of_pixel * static_cast<double>(width_) * share;
    const Index some = std::min(all - row_, math::rows_a_slice(of_row));
    math::count_work(of_row * static_cast<double>(some));
    do_rows(row_, some);
    row_ += some;
    if (row_ < all) return true;
    row_ = 0;
    end_stage();
    return true;
  }
  double done() const {
    const double of_stage = static_cast<double>(row_) / static_cast<double>(height_);
    return (static_cast<double>(stage_) + of_stage) / static_cast<double>(Stage::over);
  }
  std::vector<float> result() const { return {image_.begin(), image_.end()}; }

 private:
  enum class Stage { begin, transparency, bytes, check_grey, invert, check, upper, lower, box, dot, resample, over };

  std::span<float> rows(Index first, Index count) {
    return {ink_.data() + first * width_, static_cast<std::size_t>(count * width_)};
  }
  std::span<const std::uint8_t> bytes_of(Index first, Index count) const {
    const Index of_row = width_ * channels_;
    return {bytes_.data() + first * of_row, static_cast<std::size_t>(count * of_row)};
  }

  void do_rows(Index first, Index count) {
    switch (stage_) {
      case Stage::begin:
        return begin();
      case Stage::transparency:
        transparent_ = transparent_ || any_transparent(bytes_of(first, count));
        return;
      case Stage::bytes:
        return read_bytes(bytes_of(first, count), static_cast<std::size_t>(channels_), transparent_,
                          rows(first, count));
      case Stage::check_grey:
      case Stage::check:
        check_ink(rows(first, count), static_cast<std::size_t>(first * width_), width_);
        return;
      case Stage::invert:
        return invert(rows(first, count));
      case Stage::upper:
        for (const float value : rows(first, count)) most_ = std::max(most_, value);
        return ranks_->count_upper(rows(first, count));
      case Stage::lower:
        return ranks_->count_lower(rows(first, count));
      case Stage::box:
        for (Index y = first; y < first + count; ++y) widen(picture_, y, box_);
        return;
      case Stage::dot:
        for (Index y = std::max(first, box_.top); y < std::min(first + count, box_.bottom); ++y)
          for (Index x = box_.left; x < box_.right; ++x) ink_in_box_ += static_cast<double>(picture_.at(x, y));
        return;
      case Stage::resample:
        for (Index row = first; row < first + count; ++row) resampling_->add_row(static_cast<int>(row));
        return;
      case Stage::over:
        return;
    }
  }

  void begin() {
    check_size(of_bytes_ ? bytes_.size() / static_cast<std::size_t>(channels_) : ink_.size(), width_, height_);
    if (of_bytes_) ink_.resize(static_cast<std::size_t>(width_ * height_));
  }

  void end_stage() {
    switch (stage_) {
      case Stage::begin:
        stage_ = !of_bytes_ ? Stage::check_grey : channels_ == 4 ? Stage::transparency : Stage::bytes;
        return;
      case Stage::transparency:
        stage_ = Stage::bytes;
        return;
      case Stage::bytes:
        bytes_ = {};
        stage_ = !transparent_ && bright_paper(ink_, width_, height_) ? Stage::invert : Stage::check;
        return;
      case Stage::check_grey:
        stage_ = bright_paper(ink_, width_, height_) ? Stage::invert : Stage::check;
        return;
      case Stage::invert:
        stage_ = Stage::check;
        return;
      case Stage::check:
        // Paper that is not quite black, and not evenly so: ink covers less than half of a picture of writing, or else
        // its noise is not known.
        ranks_.emplace(ink_.size() / 4, ink_.size() / 2);
        stage_ = Stage::upper;
        return;
      case Stage::upper:
        ranks_->end_upper();
        stage_ = Stage::lower;
        return;
      case Stage::lower: {
        const float background = ranks_->value(0), noise = ranks_->value(1) - background;
        const float contrast = most_ - background;
        stage_ = Stage::over;
        if (contrast < least_contrast) return;
        const float faintest = std::clamp(noise_factor * noise / contrast, faintest_ink, strongest_noise);
        picture_ = {ink_, width_, height_, background, contrast, faintest};
        box_ = {width_, 0, height_, 0};
        stage_ = Stage::box;
        return;
      }
      case Stage::box:
        if (!may_be_dot(box_)) return begin_resampling(false);
        stage_ = Stage::dot;
        return;
      case Stage::dot:
        return begin_resampling(ink_in_box_ > dot_fill * static_cast<double>(box_.width() * box_.height()));
      case Stage::resample:
        centre();
        stage_ = Stage::over;
        return;
      case Stage::over:
        return;
    }
  }

  void begin_resampling(bool dot) {
    resampling_.emplace(picture_, box_, dot);
    stage_ = Stage::resample;
  }

  void centre() {
    image_ = resampling_->image();
    if (std::max(box_.width(), box_.height()) > raster::box_side) brighten(image_);
    const Point mass = raster::centre_of_mass(image_);
    const auto way = [](float from) { return static_cast<int>(std::floor(raster::mass_centre - from + 0.5)); };
    image_ = raster::moved(image_, way(mass.x), way(mass.y));
  }

  Index width_, height_;
  int channels_;
  bool of_bytes_ = false, transparent_ = false;
  std::vector<std::uint8_t> bytes_;
  std::vector<float> ink_;
  Stage stage_ = Stage::begin;
  Index row_ = 0;
  std::optional<Ranks> ranks_;
  float most_ = 0;
  Picture picture_{};
  Box box_{};
  double ink_in_box_ = 0;
  std::optional<Resampling> resampling_;
  raster::Image image_{};
};

PicturePreprocessing::PicturePreprocessing(Index width, Index height, int channels)
    : work_(std::make_unique<Work>(width, height, channels)) {}
PicturePreprocessing::~PicturePreprocessing() = default;
PicturePreprocessing::PicturePreprocessing(PicturePreprocessing&&) noexcept = default;
void PicturePreprocessing::append(std::span<const float> grey) { work_->append(grey); }
void PicturePreprocessing::append(std::span<const std::uint8_t> bytes) { work_->append(bytes); }
bool PicturePreprocessing::step() { return work_->step(); }
double PicturePreprocessing::done() const { return work_->done(); }
std::vector<float> PicturePreprocessing::result() const { return work_->result(); }

std::vector<float> PicturePreprocessing::of_ink(std::vector<float> ink, Index width, Index height) {
  Work work(std::move(ink), width, height);
  while (work.step()) {
  }
  return work.result();
}

std::vector<float> ink_of(std::span<const float> grey, Index width, Index height) {
  check_size(grey.size(), width, height);
  check_ink(grey, 0, width);
  std::vector<float> ink(grey.begin(), grey.end());
  if (bright_paper(ink, width, height)) invert(ink);
  return ink;
}

std::vector<float> ink_of(std::span<const std::uint8_t> bytes, Index width, Index height) {
  const std::size_t channels = bytes.size() == 4 * static_cast<std::size_t>(width * height) ? 4 : 1;
  check_size(bytes.size() / channels, width, height);
  std::vector<float> ink(bytes.size() / channels);
  const bool transparent = channels == 4 && any_transparent(bytes);
  read_bytes(bytes, channels, transparent, ink);
  if (!transparent && bright_paper(ink, width, height)) invert(ink);
  return ink;
}

std::vector<float> preprocess_strokes(std::span<const Stroke> strokes) {
  const raster::Image image = raster::draw_fitted(strokes, usual_pen, raster::Centring::exact);
  return {image.begin(), image.end()};
}

std::vector<float> preprocess_image(std::span<const float> ink, Index width, Index height) {
  return PicturePreprocessing::of_ink({ink.begin(), ink.end()}, width, height);
}

}  // namespace wakesleep
