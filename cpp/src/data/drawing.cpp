#include "wakesleep/drawing.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

#include "data/raster.h"
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

Box inked_box(const Picture& picture) {
  Box box{picture.width, 0, picture.height, 0};
  for (Index y = 0; y < picture.height; ++y) {
    for (Index x = 0; x < picture.width; ++x) {
      if (picture.at(x, y) == 0) continue;
      box.left = std::min(box.left, x);
      box.right = std::max(box.right, x + 1);
      box.top = std::min(box.top, y);
      box.bottom = std::max(box.bottom, y + 1);
    }
  }
  return box;
}

bool is_dot(const Picture& picture, const Box& box) {
  if (box.width() > 2 * box.height() || box.height() > 2 * box.width()) return false;
  double ink = 0;
  for (Index y = box.top; y < box.bottom; ++y)
    for (Index x = box.left; x < box.right; ++x) ink += picture.at(x, y);
  return ink > dot_fill * static_cast<double>(box.width() * box.height());
}

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

raster::Image resampled(const Picture& picture, const Box& box) {
  const double size = is_dot(picture, box) ? usual_pen : raster::box_side;
  const double scale = size / static_cast<double>(std::max(box.width(), box.height()));
  const double width = static_cast<double>(box.width()) * scale, height = static_cast<double>(box.height()) * scale;
  // On whole pixels, so that a picture that is already as it should be comes back as it is.
  const std::vector<Share> across = shares(box.left, box.width(), std::floor((raster::side - width) / 2), width);
  const std::vector<Share> down = shares(box.top, box.height(), std::floor((raster::side - height) / 2), height);

  raster::Image image{};
  std::vector<double> line(static_cast<std::size_t>(picture.width));
  for (int row = 0; row < raster::side; ++row) {
    const Share& rows = down[static_cast<std::size_t>(row)];
    if (rows.weights.empty()) continue;
    std::fill(line.begin(), line.end(), 0.0);
    for (std::size_t r = 0; r < rows.weights.size(); ++r)
      for (Index x = box.left; x < box.right; ++x)
        line[static_cast<std::size_t>(x)] += rows.weights[r] * picture.at(x, rows.first + static_cast<Index>(r));
    for (int column = 0; column < raster::side; ++column) {
      const Share& columns = across[static_cast<std::size_t>(column)];
      double ink = 0;
      for (std::size_t c = 0; c < columns.weights.size(); ++c)
        ink += columns.weights[c] * line[static_cast<std::size_t>(columns.first) + c];
      image[static_cast<std::size_t>(row * raster::side + column)] = static_cast<float>(ink);
    }
  }
  return image;
}

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

void check_ink(std::span<const float> ink, Index width) {
  for (std::size_t i = 0; i < ink.size(); ++i)
    // The comparison is written so that NaN fails it.
    if (!(ink[i] >= 0 && ink[i] <= 1))
      throw std::out_of_range("data must lie in [0, 1]: row " + std::to_string(i / static_cast<std::size_t>(width)) +
                              ", column " + std::to_string(i % static_cast<std::size_t>(width)) + " is " +
                              units::value_text(static_cast<double>(ink[i])));
}

// Dark ink on bright paper becomes bright ink. The border shows what the paper is.
std::vector<float> ink_on_paper(std::vector<float> values, Index width, Index height) {
  double sum = 0, count = 0;
  for (Index y = 0; y < height; ++y)
    for (Index x = 0; x < width; x += y == 0 || y == height - 1 ? 1 : std::max<Index>(1, width - 1), ++count)
      sum += static_cast<double>(values[static_cast<std::size_t>(y * width + x)]);
  if (sum / count > 0.5)
    for (float& value : values) value = static_cast<float>(1 - static_cast<double>(value));
  return values;
}

}  // namespace

std::vector<float> ink_of(std::span<const float> grey, Index width, Index height) {
  check_size(grey.size(), width, height);
  check_ink(grey, width);
  return ink_on_paper({grey.begin(), grey.end()}, width, height);
}

std::vector<float> ink_of(std::span<const std::uint8_t> bytes, Index width, Index height) {
  const std::size_t channels = bytes.size() == 4 * static_cast<std::size_t>(width * height) ? 4 : 1;
  check_size(bytes.size() / channels, width, height);
  std::vector<float> ink(bytes.size() / channels);
  bool transparent = false;
  for (std::size_t i = 3; channels == 4 && i < bytes.size(); i += 4) transparent = transparent || bytes[i] < 255;
  for (std::size_t i = 0; i < ink.size(); ++i) {
    const std::uint8_t* const pixel = bytes.data() + channels * i;
    // Luma of ITU-R BT.601.
    const double value = transparent     ? pixel[3]
                         : channels == 4 ? 0.299 * pixel[0] + 0.587 * pixel[1] + 0.114 * pixel[2]
                                         : pixel[0];
    ink[i] = static_cast<float>(value / 255);
  }
  return transparent ? ink : ink_on_paper(std::move(ink), width, height);
}

std::vector<float> preprocess_strokes(std::span<const Stroke> strokes) {
  const raster::Image image = raster::draw_fitted(strokes, usual_pen, raster::Centring::exact);
  return {image.begin(), image.end()};
}

std::vector<float> preprocess_image(std::span<const float> ink, Index width, Index height) {
  check_size(ink.size(), width, height);
  check_ink(ink, width);

  // Paper that is not quite black, and not evenly so: ink covers less than half of a picture of writing, or else its
  // noise is not known.
  std::vector<float> sorted(ink.begin(), ink.end());
  const auto rank = [&sorted](std::size_t place) {
    std::nth_element(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(place), sorted.end());
    return sorted[place];
  };
  const float background = rank(sorted.size() / 4), noise = rank(sorted.size() / 2) - background;
  const float contrast = *std::max_element(ink.begin(), ink.end()) - background;
  if (contrast < least_contrast) return std::vector<float>(raster::side * raster::side);

  const float faintest = std::clamp(noise_factor * noise / contrast, faintest_ink, strongest_noise);
  const Picture picture{ink, width, height, background, contrast, faintest};
  const Box box = inked_box(picture);
  raster::Image image = resampled(picture, box);
  if (std::max(box.width(), box.height()) > raster::box_side) brighten(image);
  const Point centre = raster::centre_of_mass(image);
  image = raster::moved(image, static_cast<int>(std::floor(raster::mass_centre - centre.x + 0.5)),
                        static_cast<int>(std::floor(raster::mass_centre - centre.y + 0.5)));
  return {image.begin(), image.end()};
}

}  // namespace wakesleep
