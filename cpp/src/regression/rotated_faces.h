// Patches of rotated faces, whose angle is to be told: the task of Salakhutdinov and Hinton (2008, "Using deep belief
// nets to learn covariance kernels for Gaussian processes"), on the Olivetti faces (AT&T Laboratories Cambridge).
#pragma once

#include <cstdint>
#include <string>

#include "wakesleep/dataset.h"

namespace wakesleep {

struct RotatedFaces {
  static constexpr Index persons = 40, training_persons = 30;
  Dataset patches;  // count x 784, grey values from 0 to 1; the patches of a person stand together
  VectorD angles;   // degrees by which each face was turned, anticlockwise, from -90 to 90
};

// The labelled patches and the test's are 1,000 of each, and the unlabelled ones 12,000, unless a count is given.
enum class FacePart { unlabelled, labelled, test };
Index usual_count(FacePart part);

// `count` patches of 28 x 28, each cut from one of its person's ten images: a square of 40 x 40 pixels, turned by an
// angle uniform in [-90, 90) degrees, its centre up to 3 pixels each way from the image's. The first 30 persons are to
// be learned from, the other 10 are the test's; each has as many patches, or one more. A patch depends on the seed, its
// part, number and person alone. folder: with the file olivetti/faces-images-idx3-ubyte, plain or gzip, 400 x 64 x 64.
// std::out_of_range for a count below 1; Error(io) or Error(format) for a file that is not there or something else.
RotatedFaces rotated_faces(const std::string& folder, FacePart part, Index count, std::uint64_t seed);

// The index of the first patch of the last `held_back` of the persons to be learned from, among `count` patches.
Index first_patch_of_last_persons(Index count, Index held_back);

}  // namespace wakesleep
