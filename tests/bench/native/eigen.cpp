// A textbook CD-1 with Eigen as a native contender.
#include "eigen_cd1.h"

namespace {

struct Product {
  bench::Matrix left, right, result;
};

}  // namespace

int main(int argc, char** argv) {
  using bench::batch_size, bench::hidden, bench::Matrix, bench::visible;
  const bench::Arguments given = bench::arguments(argc, argv);
  bench::EigenCd1 machine(given);

  const Matrix v =
      Eigen::Map<const Eigen::Matrix<std::uint8_t, batch_size, visible, Eigen::RowMajor>>(given.images.data())
          .cast<float>();
  const Matrix h = (Matrix::Random(batch_size, hidden).array() < -0.4f).cast<float>();  // 0.3 of them
  std::map<std::string, Product> products;
  products["up"] = {v, machine.W, Matrix(batch_size, hidden)};
  products["down"] = {h, machine.W.transpose(), Matrix(batch_size, visible)};
  products["outer"] = {v.transpose(), h, Matrix(visible, hidden)};

  return bench::serve({
      {"run",
       [&](std::istream& words) {
         int batches = 0;
         words >> batches;
         return bench::milliseconds([&] {
           for (int i = 0; i < batches; ++i) machine.step();
         });
       }},
      {"parameters",
       [&](std::istream& words) {
         std::string file;
         words >> file;
         bench::write_parameters(file, machine.W.data(), machine.b.data(), machine.c.data());
         return 0.0;
       }},
      {"binary",
       [&](std::istream& words) {
         std::string name;
         int times = 0;
         words >> name >> times;
         Product& one = products.at(name);
         return bench::milliseconds([&] {
           for (int i = 0; i < times; ++i) one.result.noalias() = one.left * one.right;
         });
       }},
  });
}
