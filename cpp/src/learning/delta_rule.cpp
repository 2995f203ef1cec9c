#include "learning/delta_rule.h"

#include <algorithm>

#include "math/bits.h"
#include "math/sampling.h"
#include "math/thread_pool.h"
#include "math/transpose.h"

namespace wakesleep {
namespace {

void clear(Scratch& sums, Index rows, Index cols) {
  sums.resize(rows, cols);
  std::fill_n(sums.data(), sums.size(), 0.0f);
}

void scale(Scratch& sums, Index rows) {
  const float share = 1 / static_cast<float>(rows);
  for (Index i = 0; i < sums.size(); ++i) sums.data()[i] *= share;
}

MatrixView rows_of(const Scratch& states, math::RowRange some) {
  return {states.row(some.first), some.count, states.cols()};
}

}  // namespace

void DeltaSums::start(Index given, Index units) {
  clear(W, given, units);
  clear(b, 1, units);
  squares = 0;
}

void DeltaSums::end_generative(Index rows) {
  math::transpose(view(W), turned_);
  std::swap(W, turned_);
  end_recognition(rows);
}

void DeltaSums::end_recognition(Index rows) {
  math::count_work(2.0 * static_cast<double>(W.size()));
  scale(W, rows);
  scale(b, rows);
}

void DeltaRule::add(math::RowRange some, const StatesView& targets, const StatesView& given,
                    const math::Operand& weights, const Vector& bias, DeltaSums& sums) {
  means_.resize(some.count, targets.cols());
  math::fill_rows(bias, means_);
  if (given.bits) {
    some_.take_rows(*given.bits, some.first, some.count);
    math::add_product(some_, weights, means_, workspace_);
  } else {
    math::add_product(rows_of(*given.real, some), weights, means_, workspace_);
  }
  math::bernoulli_means(means_, targets.cols(), 1);
  compare(some, targets);
  add_differences(some, &given, sums);
}

void DeltaRule::add(math::RowRange some, const StatesView& targets, const Vector& bias, DeltaSums& sums) {
  means_.resize(some.count, targets.cols());
  math::fill_rows(bias, means_);
  math::bernoulli_means(means_, targets.cols(), 1);
  compare(some, targets);
  add_differences(some, nullptr, sums);
}

void DeltaRule::add_states(math::RowRange some, const BitMatrix& states, float sign, const BitMatrix* given,
                           DeltaSums& sums) {
  differences_.resize(some.count, states.cols());
  for (Index r = 0; r < some.count; ++r) {
    float* to = differences_.row(r);
    math::unpack(states.row(some.first + r), states.cols(), to);
    for (Index i = 0; i < states.cols(); ++i) to[i] *= sign;
  }
  if (!given) return add_differences(some, nullptr, sums);
  some_.take_rows(*given, some.first, some.count);
  const StatesView view(*given);
  add_differences(some, &view, sums);
}

// differences_ becomes s - p, p in means_.
void DeltaRule::compare(math::RowRange some, const StatesView& targets) {
  differences_.resize(some.count, targets.cols());
  for (Index r = 0; r < some.count; ++r) {
    float* to = differences_.row(r);
    const float* mean = means_.row(r);
    if (targets.bits) {
      math::unpack(targets.bits->row(some.first + r), targets.cols(), to);
    } else {
      std::copy_n(targets.real->row(some.first + r), targets.cols(), to);
    }
    for (Index i = 0; i < targets.cols(); ++i) to[i] -= mean[i];
  }
}

// some_ has the rows of `given` where they are bits.
void DeltaRule::add_differences(math::RowRange some, const StatesView* given, DeltaSums& sums) {
  constexpr double of_difference = 8;
  math::count_work(of_difference * static_cast<double>(differences_.size()));
  for (Index i = 0; i < differences_.size(); ++i) {
    const auto difference = static_cast<double>(differences_.data()[i]);
    sums.squares += difference * difference;
  }
  for (Index r = 0; r < some.count; ++r)
    for (Index i = 0; i < sums.b.cols(); ++i) sums.b(0, i) += differences_(r, i);
  if (!given) return;
  if (given->bits) {
    math::transpose(some_, turned_bits_);
    math::add_product(turned_bits_, view(differences_), sums.W, workspace_);
  } else {
    math::transpose(rows_of(*given->real, some), turned_);
    math::add_product(view(turned_), view(differences_), sums.W, workspace_);
  }
}

}  // namespace wakesleep
