// The layers of a deep Boltzmann machine given their neighbours: what inference, chains, estimates and learning share.
#pragma once

#include <vector>

#include "math/products.h"
#include "math/sampling.h"
#include "math/slices.h"
#include "wakesleep/dbm.h"
#include "wakesleep/random.h"

namespace wakesleep {

// Streams of random numbers of deep Boltzmann machines: 60 to 69.
struct DbmStream {
  static constexpr Stream chain{60}, start{61}, training{62}, ais{63}, reverse_ais{64};
};

inline const BitMatrix& left_operand(const BitMatrix& states) { return states; }
inline MatrixView left_operand(const Scratch& means) { return view(means); }
inline MatrixView left_operand(const Matrix& means) { return view(means); }

// Inputs of a layer's units (rows x units), from the states or means of its neighbours, which `layers` has by their
// number. With `bias`, that instead of the layer's own.
template <class Layers>
void layer_input(const Dbm& dbm, Index layer, const Layers& layers, const Vector* bias, MatrixRef input,
                 math::Workspace& workspace) {
  math::fill_rows(bias ? *bias : dbm.b(layer), input);
  dbm.each_neighbour(layer, [&](Index other, Index number, bool transposed) {
    math::add_product(left_operand(layers[static_cast<std::size_t>(other)]), {dbm.W(number), transposed}, input,
                      workspace);
  });
}

// From inputs to means, in place; sampled as well where `draw` has states.
void draw_from_input(const Dbm& dbm, Index layer, float inverse_temperature, const math::Draw& draw, MatrixRef input);

// Each layer of a step has random numbers of its own.
inline std::uint64_t layer_place(std::uint64_t step, Index layer) {
  return step * 32 + static_cast<std::uint64_t>(layer);
}

// States of all layers with fair coins in them, and uniform labels.
void draw_start(const Dbm& dbm, Index layer, Index chains, const math::Place& place, BitMatrix& states);

// Mean-field inference for many examples at once, in buffers that are kept.
class MeanField {
 public:
  MeanField(const Dbm& dbm, const MeanFieldOptions& options) : dbm_(&dbm), options_(options) {}

  // The visible states, rows x visible.
  void set_visible(const MatrixView& v) { set_visible({0, v.rows()}, v); }
  void set_visible(const BitMatrix& v) { set_visible({0, v.rows()}, v); }
  // Some rows of them, from row 0 on, one part after the other.
  void set_visible(math::RowRange some, const MatrixView& v);
  void set_visible(math::RowRange some, const BitMatrix& v);
  // The labels' means, rows x labels, which then do not move; without them, labels are free.
  void hold_labels(const MatrixView& means);
  void free_labels() { labels_held_ = false; }
  // Begins, and then iterates until nothing moves further: false when that was the last iteration.
  void start() {
    begin();
    while (!started_) step();
  }
  bool iterate();
  void run() {
    start();
    while (iterate()) {
    }
  }
  // The same in slices: begun, and a step() after the other, some rows of a layer each; false when nothing was left to
  // do.
  void begin();
  bool step();

  // Of layer 1 and up, labels last.
  const Scratch& means(Index layer) const { return means_[static_cast<std::size_t>(layer)]; }
  Index rows() const { return from_visible_.rows(); }

 private:
  template <class States>
  void set_visible_states(math::RowRange some, Index all, const States& rows);
  bool labels_free() const { return dbm_->labels() > 0 && !labels_held_; }
  Index last_layer() const { return dbm_->depth() + (labels_free() ? 1 : 0); }
  math::RowRange next_rows() const;
  void input(math::RowRange some, MatrixRef out);
  void first_means(math::RowRange some);
  void update(math::RowRange some);
  void begin_iteration();
  bool end_iteration();

  const Dbm* dbm_;
  MeanFieldOptions options_;
  bool labels_held_ = false, started_ = false, over_ = true;
  Index iteration_ = 0;
  Index layer_ = 1, row_ = 0;  // what comes next: of the start or of the iteration
  Scratch from_visible_;       // b1 + v'W0, which no iteration changes
  std::vector<Scratch> means_;
  Scratch next_;
  BitMatrix some_visible_;
  std::vector<float> moved_;   // by row: the furthest that a mean has moved in this iteration
  std::vector<char> settled_;  // by row
  math::Workspace workspace_;
};

// The variational free energy of rows with each label in turn held, an iteration of mean-field inference at a time.
class LabelFreeEnergies {
 public:
  // x: rows x visible.
  LabelFreeEnergies(const Dbm& dbm, const MatrixView& x, const MeanFieldOptions& options);
  bool iterate();                                    // false when that was the last one
  const MatrixD& result() const { return result_; }  // rows x labels

 private:
  void hold_label();

  const Dbm* dbm_;
  MeanField inference_;
  Index label_ = 0;
  std::vector<Matrix> means_;
  MatrixD result_;
};

}  // namespace wakesleep
