// Work in pieces on all threads of the pool. Which thread takes which piece is left to chance: a piece must write what
// no other piece does, and its result must not depend on who computes it.
#pragma once

#include "wakesleep/matrix.h"

namespace wakesleep::math {

using Piece = void (*)(void* context, Index piece);
// Where pieces throw, the first exception is thrown on to the caller once no piece runs any more; with one thread the
// pieces after it are left out.
void run_pieces(Index pieces, Piece piece, void* context);

// Calls f(piece) for 0 .. pieces - 1.
template <class F>
void parallel_for(Index pieces, F&& f) {
  run_pieces(
      pieces, [](void* context, Index piece) { (*static_cast<std::remove_reference_t<F>*>(context))(piece); }, &f);
}

}  // namespace wakesleep::math
