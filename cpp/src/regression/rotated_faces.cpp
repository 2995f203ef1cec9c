#include "regression/rotated_faces.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <span>
#include <stdexcept>
#include <vector>

#include "math/scalar.h"
#include "wakesleep/errors.h"
#include "wakesleep/idx.h"
#include "wakesleep/random.h"

namespace wakesleep {
namespace {

constexpr Stream patches_stream{120};
constexpr Index images_a_person = 10, size = 64, patch_size = 28;
constexpr double square = 40, shift = 3;  // pixels of the images; a turned square stays within its image

using Image = std::span<const std::uint8_t>;

struct Cut {
  double angle, x, y;  // degrees, and the centre of the square
};

double at(const Image& image, double x, double y) {
  const auto left = static_cast<Index>(std::floor(x)), top = static_cast<Index>(std::floor(y));
  const double right_share = x - static_cast<double>(left), lower_share = y - static_cast<double>(top);
  const auto pixel = [&](Index column, Index row) {
    const Index c = std::clamp<Index>(column, 0, size - 1), r = std::clamp<Index>(row, 0, size - 1);
    return static_cast<double>(image[static_cast<std::size_t>(r * size + c)]);
  };
  const auto of_row = [&](Index row) {
    return (1 - right_share) * pixel(left, row) + right_share * pixel(left + 1, row);
  };
  return (1 - lower_share) * of_row(top) + lower_share * of_row(top + 1);
}

// A pixel is the mean of four points, because a patch has fewer pixels than its square.
void cut_patch(const Image& image, const Cut& cut, std::vector<std::uint8_t>& patch) {
  constexpr double radians_a_degree = 0.017453292519943295769;
  const auto [sin, cos] = math::sin_cos(cut.angle * radians_a_degree);
  const double step = square / patch_size;
  const auto offset = [&](Index i, int half) {
    return step * (static_cast<double>(i) + 0.25 + 0.5 * half) - square / 2;
  };
  for (Index row = 0; row < patch_size; ++row)
    for (Index column = 0; column < patch_size; ++column) {
      double sum = 0;
      for (int i = 0; i < 4; ++i) {
        const double u = offset(column, i % 2), v = offset(row, i / 2);
        sum += at(image, cut.x + cos * u - sin * v, cut.y + sin * u + cos * v);
      }
      patch.push_back(static_cast<std::uint8_t>(std::floor(sum / 4 + 0.5)));
    }
}

std::vector<std::uint8_t> read_images(const std::string& folder) {
  const std::string path = folder + "/olivetti/faces-images-idx3-ubyte";
  return read_idx_file(std::filesystem::exists(path) ? path : path + ".gz");
}

// Of patch number `patch` of `count`, among as many persons.
Index person_of(Index patch, Index count, Index persons) { return patch * persons / count; }

}  // namespace

Index usual_count(FacePart part) { return part == FacePart::unlabelled ? 12000 : 1000; }

RotatedFaces rotated_faces(const std::string& folder, FacePart part, Index count, std::uint64_t seed) {
  if (count < 1) throw std::out_of_range("count must be a whole number from 1, not " + std::to_string(count));
  const std::vector<std::uint8_t> file = read_images(folder);
  const IdxArray images = parse_idx(file);
  if (images.shape != std::vector<Index>{RotatedFaces::persons * images_a_person, size, size})
    throw Error(ErrorCode::format, folder + "/olivetti: the images of faces must be 400 of 64 x 64 pixels");
  const bool test = part == FacePart::test;
  const Index first_person = test ? RotatedFaces::training_persons : 0;
  const Index persons = test ? RotatedFaces::persons - RotatedFaces::training_persons : RotatedFaces::training_persons;
  std::vector<std::uint8_t> pixels;
  pixels.reserve(static_cast<std::size_t>(count * patch_size * patch_size));
  VectorD angles(count);
  for (Index i = 0; i < count; ++i) {
    Random random(seed, patches_stream, (static_cast<std::uint64_t>(part) << 32) + static_cast<std::uint64_t>(i));
    const Index image = (first_person + person_of(i, count, persons)) * images_a_person +
                        static_cast<Index>(random.below(images_a_person));
    constexpr double middle = (size - 1) / 2.0;
    const Cut cut{random.uniform(-90, 90), middle + random.uniform(-shift, shift),
                  middle + random.uniform(-shift, shift)};
    angles[i] = cut.angle;
    cut_patch(images.values.subspan(static_cast<std::size_t>(image * size * size), size * size), cut, pixels);
  }
  return {Dataset::from_bytes(pixels, count, patch_size * patch_size, 1.0f / 255), std::move(angles)};
}

Index first_patch_of_last_persons(Index count, Index held_back) {
  const Index kept = RotatedFaces::training_persons - held_back;
  // The least i with i * persons / count >= kept.
  return (kept * count + RotatedFaces::training_persons - 1) / RotatedFaces::training_persons;
}

}  // namespace wakesleep
