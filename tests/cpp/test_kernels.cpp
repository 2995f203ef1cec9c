// Built for WebAssembly too (kernel_tests in CMakeLists.txt), where vectors and threads are others.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <iterator>

#include "math/bits.h"
#include "math/conditional.h"
#include "math/outer_counts.h"
#include "math/products.h"
#include "math/transpose.h"
#include "reference_kernels.h"
#include "thread_counts.h"
#include "wakesleep/threads.h"

using namespace wakesleep;
using namespace wakesleep::test;

namespace {

// 1, odd sizes, and both sides of every block's boundary: groups of 4, units of 16, panels of 8 to 64, blocks of 32 to
// 256.
const Index sizes[] = {1, 3, 4, 5, 15, 16, 17, 31, 32, 33, 47, 49, 63, 64, 65, 130, 257};

// Each way in which a kernel cuts up its work with one thread, and then more threads with one way or another.
template <class F>
void for_each_way(F&& f) {
  const auto fix = [](int variant) {
    for (math::Choice* choice :
         {&math::table::cut_of(false), &math::table::cut_of(true), &math::tile_of_real_products()})
      choice->fix(variant < 0 ? -1 : variant % choice->variants());
  };
  int variants = 0;
  for (const math::Choice* choice : {&math::table::cut_of(false), &math::tile_of_real_products()})
    variants = std::max(variants, choice->variants());
  for (int variant = 0; variant < variants; ++variant) fix(variant), f();
  for (const int threads : thread_counts) {
    if (threads == 1) continue;
    set_thread_count(threads);
    fix(threads / 2 % variants);
    f();
  }
  set_thread_count(1);
  fix(-1);
}

bool same_bits(const Matrix& a, const Matrix& b) {
  return a.rows() == b.rows() && a.cols() == b.cols() &&
         std::memcmp(a.data(), b.data(), static_cast<std::size_t>(a.size()) * sizeof(float)) == 0;
}

Matrix matrix(const Scratch& m) { return view(m); }

Matrix filled(const Vector& row, Index rows) {
  Matrix m(rows, row.size());
  math::fill_rows(row, m);
  return m;
}

}  // namespace

TEST_CASE(
    "products equal the plain reference bit for bit, at every block boundary, cut up in every way, for every number "
    "of threads") {
  for_each_way([] {
    math::Workspace workspace;
    for (const Index rows : {1, 2, 4, 5, 70})
      for (const Index inner : sizes)
        for (const Index cols : sizes) {
          const Matrix X = random_matrix(inner, cols, 1), X_transposed = X.transpose();
          Matrix C = random_matrix(rows, cols, 2);
          Matrix A = random_matrix(rows, inner, 3);
          for (Index i = 0; i < A.size(); i += 3) A.data()[i] = 0;
          // A sum that begins at -0, to which nothing or 0 is added.
          A.row(rows - 1).setZero();
          C.row(rows - 1).setConstant(-0.0f);
          for (const double p : {0.0, 0.1, 0.6}) {
            const BitMatrix S = random_bits(rows, inner, p, 4);
            const Matrix expected = reference_product(S, X, C);
            Matrix out = C;
            math::add_product(S, X, out, workspace);
            REQUIRE(same_bits(out, expected));
            out = C;
            math::add_product(S, {X_transposed, true}, out, workspace);
            REQUIRE(same_bits(out, expected));
          }
          const Matrix expected = reference_product(A, X, C);
          Matrix out = C;
          math::add_product(view(A), X, out, workspace);
          REQUIRE(same_bits(out, expected));
          out = C;
          math::add_product(view(A), {X_transposed, true}, out, workspace);
          REQUIRE(same_bits(out, expected));
        }
  });
}

TEST_CASE("the groups of a word that are not all zero are listed in order") {
  Random random(1, Stream::patterns);
  for (int i = 0; i < 5000; ++i) {
    std::uint64_t word = 0;
    const double p = random.uniform();
    for (int bit = 0; bit < 64; ++bit) word |= static_cast<std::uint64_t>(random.uniform() < p * p) << bit;
    if (i < 64) word = std::uint64_t{1} << i;
    if (i == 64) word = 0;
    if (i == 65) word = ~std::uint64_t{0};
    std::uint8_t listed[math::groups_a_word] = {};
    const math::GroupCount count = math::list_groups(word, listed);
    int all = 0, low = 0;
    for (int group = 0; group < math::groups_a_word; ++group) {
      const auto states = static_cast<int>(word >> (4 * group) & 15);
      if (states == 0) continue;
      REQUIRE(listed[all] == group * 16 + states);
      ++all;
      low += group < 8;
    }
    REQUIRE(count.all == all);
    REQUIRE(count.low == low);
  }
}

TEST_CASE("products with more rows than a chunk are whole") {
  const Matrix X = random_matrix(40, 20, 1), C = random_matrix(700, 20, 2), A = random_matrix(700, 40, 4);
  const BitMatrix S = random_bits(700, 40, 0.5, 3);
  math::Workspace workspace;
  Matrix out = C;
  math::add_product(S, X, out, workspace);
  CHECK(out == reference_product(S, X, C));
  out = C;
  math::add_product(view(A), X, out, workspace);
  CHECK(out == reference_product(A, X, C));
}

TEST_CASE(
    "units drawn as their inputs come equal the plain reference bit for bit, means, labels and clear tails included") {
  for_each_way([] {
    math::Workspace workspace;
    for (const Index rows : {1, 3, 16, 17, 100, 300})
      for (const Index inner : {1, 33, 100})
        for (const Index cols : {1, 15, 16, 17, 32, 33, 64, 65, 79, 130})
          for (const Index labels : {0, 10}) {
            if (labels >= cols) continue;
            const Index units = cols - labels, mean_rows = std::min<Index>(rows, 5);
            const Matrix W = random_matrix(inner, cols, 1);
            const Vector bias = random_matrix(cols, 1, 2);
            const BitMatrix S = random_bits(rows, inner, 0.3, 3);
            const math::Place place{99, Stream::hidden, 7};
            const Matrix input = reference_product(S, W, filled(bias, rows));

            BitMatrix states(rows, cols);
            Matrix means(mean_rows, cols);
            Scratch rest;
            rest.resize(rows, labels);
            math::Outcome outcome{units, 0.5f, {&states, place}};
            outcome.means = means.data();
            outcome.means_stride = cols;
            outcome.mean_rows = mean_rows;
            if (labels) outcome.rest = &rest;
            math::draw_given(S, W, bias, outcome, workspace);

            const BitMatrix expected = reference_states(input, units, 0.5f, place);
            for (Index r = 0; r < rows; ++r)
              for (Index j = 0; j < states.words_per_row() * 64; ++j)
                REQUIRE(((states.row(r)[j / 64] >> (j % 64)) & 1) == (j < units && expected.get(r, j)));
            REQUIRE(Matrix(means.leftCols(units)) == reference_means(input, units, 0.5f).topRows(mean_rows));
            if (labels) REQUIRE(matrix(rest) == input.rightCols(labels));

            // The two steps one after the other, as for real inputs.
            Matrix apart = input;
            BitMatrix states_apart(rows, cols);
            math::sample_bernoulli(apart, units, 0.5f, {&states_apart, place});
            REQUIRE(states_apart == states);
            REQUIRE(Matrix(apart.leftCols(units)) == reference_means(input, units, 0.5f));
            REQUIRE(apart.rightCols(labels) == input.rightCols(labels));
          }
  });
}

TEST_CASE(
    "states turn at the input where the whole uniform number says, and beside the bounds that its first byte gives") {
  constexpr Index rows = 4000, units = 64;
  const math::Place place{3, Stream::hidden, 11};
  // The input at which a unit with this uniform number turns.
  const auto turns_at = [](double u) { return std::log(u / (1 - u)); };
  const double beside[] = {0, 1e-8, 1e-7, 1e-6, 1e-5, 9e-5, 1e-4, 1.1e-4, 1e-3};
  Matrix input(rows, units);
  for (Index r = 0; r < rows; ++r)
    for (Index j = 0; j < units; ++j) {
      const double u = static_cast<double>(reference_uniform(place, r, j)), least = std::floor(u * 256) / 256;
      const double at[] = {turns_at(u), turns_at(least), turns_at(least + 1.0 / 256)};
      const double x = at[r % 3] + (r % 2 ? 1 : -1) * beside[(r / 6) % std::ssize(beside)];
      input(r, j) = static_cast<float>(std::clamp(x, -100.0, 100.0));
    }
  BitMatrix states(rows, units);
  math::draw_bernoulli({input.data(), units}, {0, rows, 0, units}, 1, place, {},
                       {reinterpret_cast<char*>(states.row(0)), units / 8});
  REQUIRE(states == reference_states(input, units, 1, place));
}

TEST_CASE("states of given means are those of the whole uniform numbers") {
  Matrix means = random_matrix(37, 70, 5).cwiseAbs();
  means = means.cwiseMin(1.0f);
  means(0, 0) = 0;
  means(0, 1) = 1;
  const math::Place place{5, Stream::data, 1};
  BitMatrix states(37, 70);
  math::sample_means(view(means), 70, {&states, place});
  for (Index r = 0; r < 37; ++r)
    for (Index j = 0; j < 70; ++j) REQUIRE(states.get(r, j) == (reference_uniform(place, r, j) < means(r, j)));
}

TEST_CASE("what has no chance never happens, not even where all 24 bits of the uniform number are 0") {
  math::Place place{5, Stream::hidden, 1};
  std::uint32_t row = 0, column = 16;
  for (; column == 16; ++row) {
    REQUIRE(row < 1u << 24);
    const auto words = math::words_at(place, 0, row);
    for (std::uint32_t i = 0; i < 16 && column == 16; ++i)
      if (((words[i / 4] >> (8 * (i % 4))) & 255) == 0 && math::last_bits(place, row, i) == 0) column = i;
  }
  place.first_row = row - 1;
  REQUIRE(reference_uniform(place, 0, column) == 0x1p-25f);
  for (const float x : {-100.0f, -17.4f, -17.2f}) {
    CAPTURE(x);
    const bool on = x > -17.3f;  // sigmoid(-17.33) = 2^-25
    BitMatrix states(1, 16);
    Matrix input = Matrix::Constant(1, 16, x), means = input;
    math::draw_bernoulli({input.data(), 16}, {0, 1, 0, 16}, 1, place, {}, {reinterpret_cast<char*>(states.row(0)), 8});
    CHECK(states.get(0, column) == on);
    math::sample_bernoulli(means, 16, 1, {&states, place});
    CHECK(states.get(0, column) == on);
    BitMatrix of_means(1, 16);
    math::sample_means(view(means), 16, {&of_means, place});
    CHECK(of_means.get(0, column) == on);
  }
  // Of groups: neither the first of no probability, nor the last for what rounding leaves of 1.
  const float first[] = {0, 1e-30f, 0.5f, 0.5f}, last[] = {0.5f, 0.4999999f, 0, 1e-9f};
  CHECK(math::chosen_of(first, 4, math::uniform_of(0)) == 2);
  CHECK(math::chosen_of(last, 4, math::uniform_of((1u << 24) - 1)) == 1);
  CHECK(math::chosen_of(last, 4, 0.25f) == 0);
}

TEST_CASE("counted statistics equal plain counting, for batches of every size on either side") {
  for_each_way([] {
    math::OuterDifference difference;
    for (const Index rows : {1, 3, 4, 5, 63, 65, 100, 124, 125, 300})
      for (const Index model_rows : {Index{7}, rows, Index{200}})
        for (const Index visible : {1, 30})
          for (const Index hidden : {1, 15, 64, 511, 513}) {
            if (visible * hidden > 10000 && rows > 125) continue;
            const BitMatrix v = random_bits(rows, visible, 0.4, 1), h = random_bits(rows, hidden, 0.5, 2),
                            v_ = random_bits(model_rows, visible, 0.9, 3), h_ = random_bits(model_rows, hidden, 0.8, 4);
            difference.set(v, h, v_, h_);
            const Matrix expected = reference_difference(v, h, v_, h_);
            std::vector<float> row(static_cast<std::size_t>(math::OuterDifference::panel));
            for (Index i = 0; i < visible; ++i)
              for (Index first = 0; first < hidden; first += math::OuterDifference::panel) {
                const Index columns = std::min(math::OuterDifference::panel, hidden - first);
                difference.row(i, first, columns, row.data());
                for (Index j = 0; j < columns; ++j) REQUIRE(row[static_cast<std::size_t>(j)] == expected(i, first + j));
              }
            // A unit that is always on counts the other side alone.
            BitMatrix on(rows, 1), on_(model_rows, 1);
            for (Index r = 0; r < rows; ++r) on.set(r, 0, true);
            for (Index r = 0; r < model_rows; ++r) on_.set(r, 0, true);
            Vector b(visible), c(hidden);
            difference.mean_v(b.data());
            difference.mean_h(c.data());
            REQUIRE(b == reference_difference(v, on, v_, on_).col(0));
            REQUIRE(c == reference_difference(on, h, on_, h_).row(0).transpose());
          }
  });
}

TEST_CASE("transposing twice gives the matrix back") {
  for (const Index rows : {1, 4, 37, 64})
    for (const Index cols : {1, 21, 130}) {
      const Matrix m = random_matrix(rows, cols, 1);
      Matrix t(cols, rows);
      math::transpose_block(m.data(), cols, rows, cols, t.data(), rows);
      CHECK(t == Matrix(m.transpose()));
      const BitMatrix bits = random_bits(rows, cols, 0.4, 2);
      BitMatrix bits_transposed, bits_back;
      math::transpose(bits, bits_transposed);
      math::transpose(bits_transposed, bits_back);
      CHECK(bits == bits_back);
    }
}
