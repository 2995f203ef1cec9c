// Work in pieces on all threads of the pool. Which thread takes which piece is left to chance: a piece must write what
// no other piece does, and its result must not depend on who computes it.
//
// Pieces are dealt in runs, one a thread, and a thread takes those of its own run first, so that what it wrote in the
// last job of a kind is still in its cache. Jobs of little work are done by the calling thread alone.
#pragma once

#include <type_traits>

#include "wakesleep/matrix.h"

namespace wakesleep::math {

using Piece = void (*)(void* context, Index piece);
// Where pieces throw, the first exception is thrown on to the caller once no piece runs any more; with one thread the
// pieces after it are left out.
void run_pieces(Index pieces, double work, Piece piece, void* context);

// The clock of work, by which slices end: additions and multiplications since the program began, roughly.
double work_done();
// Adds what was done without parallel_for.
void count_work(double work);

// Calls f(piece) for 0 .. pieces - 1. `work`: the additions and multiplications of a piece, roughly; an elementary
// function or a random number counts as some twenty.
template <class F>
void parallel_for(Index pieces, double work, F&& f) {
  run_pieces(
      pieces, work, [](void* context, Index piece) { (*static_cast<std::remove_reference_t<F>*>(context))(piece); },
      &f);
}

}  // namespace wakesleep::math
