#include "wakesleep/network_inference.h"

#include <cmath>
#include <stdexcept>
#include <utility>

#include "math/scalar.h"
#include "math/slices.h"
#include "models/network_layers.h"

namespace wakesleep {
namespace {

double multiplications(const Network& net, Index from, Index to) {
  double weights = 0;
  for (Index l = from; l < to; ++l) weights += static_cast<double>(net.W(l).size());
  return weights;
}

void check_layer(const Network& net, Index layer) {
  if (layer < 1 || layer > net.depth())
    throw std::out_of_range("layer must be 1 to " + std::to_string(net.depth()) + ", not " + std::to_string(layer));
}

void check_finite_rows(const MatrixView& x, Index first) {
  for (Index r = 0; r < x.rows(); ++r)
    for (Index i = 0; i < x.cols(); ++i)
      if (!std::isfinite(x(r, i)))
        throw std::out_of_range("x must be finite: row " + std::to_string(first + r) + ", column " + std::to_string(i) +
                                " is " + (std::isnan(x(r, i)) ? "NaN" : "infinite"));
}

}  // namespace

RowMap units_up(const Network& net, ExampleRows x, Index layer) {
  check_layer(net, layer);
  return {std::move(x),
          {net.visible()},
          math::rows_a_slice(multiplications(net, 0, layer)),
          [&net, layer](const MatrixView& rows, Index first) -> std::vector<Matrix> {
            check_finite_rows(rows, first);
            return {net.up(rows, layer)};
          }};
}

RowMap reconstructions(const Network& net, ExampleRows x) {
  if (net.code() == 0) throw std::invalid_argument("only an autoencoder reconstructs its inputs");
  return units_up(net, std::move(x), net.depth());
}

RowMap decoded(const Network& net, Matrix code) {
  if (net.code() == 0) throw std::invalid_argument("only an autoencoder has a code to decode");
  return {std::move(code),
          {net.units(net.code())},
          math::rows_a_slice(multiplications(net, net.code(), net.depth())),
          [&net](const MatrixView& rows, Index first) -> std::vector<Matrix> {
            check_finite_rows(rows, first);
            return {net.up(rows, net.depth(), net.code())};
          }};
}

RowMap classification(const Network& net, ExampleRows x) {
  if (net.labels() == 0) throw std::invalid_argument("this net is no classifier: its outputs are no softmax of labels");
  return {std::move(x),
          {net.visible()},
          math::rows_a_slice(multiplications(net, 0, net.depth())),
          [&net](const MatrixView& rows, Index first) -> std::vector<Matrix> {
            check_finite_rows(rows, first);
            const Index below = net.depth() - 1;
            const Matrix states = below > 0 ? net.up(rows, below) : Matrix(rows);
            Scratch inputs;
            math::Workspace workspace;
            layer_inputs(view(states), net.W(below), net.b(below), inputs, workspace);
            Matrix p = view(inputs);
            activate(Activation::softmax, p);
            Matrix costs(p.rows(), p.cols()), best(p.rows(), 1);
            for (Index r = 0; r < p.rows(); ++r) {
              const auto largest = static_cast<double>(view(inputs).row(r).maxCoeff());
              double sum = 0;
              for (Index y = 0; y < p.cols(); ++y) sum += math::exp(static_cast<double>(inputs(r, y)) - largest);
              const double log_sum = largest + math::log(sum);
              for (Index y = 0; y < p.cols(); ++y)
                costs(r, y) = static_cast<float>(log_sum - static_cast<double>(inputs(r, y)));
              Index found = 0;
              p.row(r).maxCoeff(&found);
              best(r, 0) = static_cast<float>(found);
            }
            return {std::move(costs), std::move(p), std::move(best)};
          }};
}

}  // namespace wakesleep
