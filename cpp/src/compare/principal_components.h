// Principal component analysis (Pearson 1901; Hotelling 1933): of all codes of so many numbers, those from which a
// linear map redraws the examples with the least squared error.
#pragma once

#include "wakesleep/dataset.h"

namespace wakesleep {

struct PrincipalComponents {
  VectorD mean;  // of each column
  MatrixD axes;  // components x columns: orthonormal rows, the one with the largest variance first
};

// std::out_of_range unless 1 <= components <= data.width().
PrincipalComponents principal_components(const Dataset& data, Index components);

// Mean over examples of the sum over columns of (x - redrawn x)^2. std::out_of_range for data of another width.
double squared_error(const PrincipalComponents& components, const Dataset& data);

}  // namespace wakesleep
