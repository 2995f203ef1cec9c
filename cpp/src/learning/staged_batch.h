// A mini-batch in hand: it goes through stages, each of which takes the layers of a model one after the other, and of
// each layer some rows at a time.
#pragma once

#include "math/slices.h"
#include "wakesleep/matrix.h"

namespace wakesleep {

// Stage: an enumeration that begins with none_yet.
template <class Stage>
struct StagedBatch {
  Stage stage = Stage::none_yet;
  Index layer = 0, row = 0;  // the next row of that layer

  void enter(Stage next, Index first_layer = 0) {
    stage = next;
    layer = first_layer;
    row = 0;
  }

  // The next rows of all, each of which takes so many multiplications.
  math::RowRange next(Index all, bool binary, double multiplications) const {
    return math::next_rows(row, all, binary, multiplications);
  }

  // Whether these rows were the layer's last: another layer begins with row 0.
  bool past(math::RowRange some, Index all) {
    row = some.first + some.count;
    if (row < all) return false;
    row = 0;
    return true;
  }
  // Whether they were the last of all layers, of which there are so many; after a layer's last the next one has its
  // turn.
  bool past_all(math::RowRange some, Index all, Index layers) { return past(some, all) && ++layer >= layers; }
};

}  // namespace wakesleep
