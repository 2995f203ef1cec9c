#include "compare/principal_components.h"

#include <Eigen/Eigenvalues>
#include <stdexcept>
#include <string>

#include "compare/row_blocks.h"

namespace wakesleep {

PrincipalComponents principal_components(const Dataset& data, Index components) {
  if (components < 1 || components > data.width())
    throw std::out_of_range("components must be a whole number from 1 to " + std::to_string(data.width()) +
                            ", which the examples have for values, not " + std::to_string(components));
  PrincipalComponents found{data.mean(), {}};
  const MatrixD squares = sum_over_blocks(data, [&](const Matrix& x) -> MatrixD {
    const MatrixD centred = x.cast<double>().rowwise() - found.mean.transpose();
    return centred.transpose() * centred;
  });
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(squares);
  // Its eigenvalues rise.
  found.axes = solver.eigenvectors().rightCols(components).rowwise().reverse().transpose();
  return found;
}

double squared_error(const PrincipalComponents& components, const Dataset& data) {
  if (data.width() != components.mean.size())
    throw std::out_of_range("the components are of " + std::to_string(components.mean.size()) +
                            " columns, and the examples have " + std::to_string(data.width()));
  const double sum = sum_over_blocks(data, [&](const Matrix& x) {
    const MatrixD centred = x.cast<double>().rowwise() - components.mean.transpose();
    const MatrixD codes = centred * components.axes.transpose();
    return (centred - codes * components.axes).squaredNorm();
  });
  return sum / static_cast<double>(data.count());
}

}  // namespace wakesleep
