// One side of an RBM as the other sees it: units of one type, perhaps with a softmax group of labels behind them, and
// its states drawn given those of the other side. Whether the fast kernels for binary states apply is decided here,
// once for everybody.
#pragma once

#include <vector>

#include "math/conditional.h"
#include "math/slices.h"
#include "units/unit_type.h"
#include "wakesleep/layer_states.h"
#include "wakesleep/rbm.h"

namespace wakesleep {

struct Layer {
  units::Side side;
  const units::Type* type;
  const Vector* bias;  // of the units and the labels
  Index labels;

  Index width() const { return side.count + labels; }
  bool binary() const { return type->binary(); }
};

Layer visible_layer(const Rbm& rbm);
Layer hidden_layer(const Rbm& rbm);

// Draws the layer's units (not its labels) without input from the other layer, units with standard deviations around
// their biases: what chains start from. words: of each row's document; null else. `means` of units that are no bits are
// their states.
void draw_without_input(const Layer& layer, Index rows, const float* words, const math::Place& place,
                        LayerStates& states, Scratch& means);

// The words of each row, kept in `buffer`, where the layer's rows are documents; null else.
const float* words_of(const Layer& layer, const MatrixView& states, std::vector<float>& buffer);
const float* words_of(const Layer& layer, const LayerStates& states, std::vector<float>& buffer);

// The words of each of `rows` documents that are to be drawn, `words` each; empty unless the layer's units are counts
// of words. std::out_of_range unless counts of words have 1 to 10^6 of them.
std::vector<float> words_of_documents(const Layer& layer, Index rows, Index words);

// std::out_of_range unless x has this many columns, or that many.
void check_columns(const char* name, const MatrixView& x, Index columns, Index other);
// std::out_of_range unless x has as many columns as the layer has units, or with those of its labels, which may lack
// where that is said, and values that they can have or average to. first_row: the number of the first row in messages.
void check_states(const char* name, const Layer& layer, const MatrixView& x, bool labels_may_lack = false,
                  Index first_row = 0);
// std::out_of_range unless the data set has as many values an example as there are visible units, values that these can
// have or average to, and no labels past those of the label units, where there are any.
void check_data(const std::string& name, const Dataset& data, const Units& units, Index visible, Index labels);
// std::invalid_argument for units without an energy on either side.
void check_energy(const Rbm& rbm);
// std::out_of_range for a model that has no distribution.
[[noreturn]] void refuse_without_partition_function();
void check_normalisable(const Rbm& rbm);

// What becomes of a layer's units given the other layer.
struct LayerDraw {
  float inverse_temperature = 1;
  LayerStates* states = nullptr;  // null: nothing is sampled
  math::Place place{};
  // With `means`, the means of the first `mean_rows` rows are written there, those of the labels behind those of the
  // units; `means_stride` is the distance from one row to the next.
  float* means = nullptr;
  Index means_stride = 0, mean_rows = 0;
  // The number of words of each row's document, where one of the layers is of documents: needed to draw documents, and
  // to draw the layer above them from states (means, say) whose sum is not the number of words. Null else.
  const float* size = nullptr;
  float labels_inverse_temperature = 0;  // 0: labels have the inverse temperature of the units
};

// The layer as it is drawn at an inverse temperature of `scale` when only the input from the other layer is to be
// scaled: its units (not its labels) have their biases over the scale, which are kept in `buffer`.
Layer scaled(const Layer& layer, float scale, Vector& buffer);

class LayerSampler {
 public:
  // Given states or means of `from`, rows x from.width(); W: from.width() x to.width(), or its transpose. `given` may
  // lack the label columns, whose units then count as off.
  void draw(const Layer& to, const Layer& from, const LayerStates& given, const math::Operand& W, const LayerDraw& out);
  // The same of some rows, to the rows of the same numbers: the others stay as they are, and all of them one part after
  // the other, from row 0 on, come out as they do at once.
  void draw(math::RowRange some, const Layer& to, const Layer& from, const LayerStates& given, const math::Operand& W,
            const LayerDraw& out);
  // The same of real values, where the caller has them.
  void draw(math::RowRange some, const Layer& to, const Layer& from, const MatrixView& given, const math::Operand& W,
            const LayerDraw& out);
  // From inputs that are there already, which become means, or, where they are no bits, may become anything.
  void draw_from(const Layer& to, Scratch& inputs, const LayerDraw& out);
  // Total inputs of `to`: rows x to.width().
  void inputs(const Layer& to, const Layer& from, const LayerStates& given, const math::Operand& W, const float* size,
              Scratch& out);
  // The same of real values, where the caller has them.
  void inputs(const Layer& to, const Layer& from, const MatrixView& given, const math::Operand& W, const float* size,
              Scratch& out);

 private:
  void draw_labels(const Layer& to, const LayerDraw& out, math::Draw draw);
  // Calls f(what of `out` is of these rows), and puts them where `out` has them.
  template <class F>
  void draw_some(math::RowRange some, Index all, const LayerDraw& out, F&& f);

  Scratch inputs_, labels_, interacting_;
  BitMatrix label_states_;
  LayerStates some_given_, some_drawn_;
  std::vector<float> words_;
  math::Workspace workspace_;
};

// Means of the machine's hidden units given x (rows x visible or rows x width, checked), by weights W that may be
// others than the machine's own.
Matrix mean_h_from_v(const Rbm& rbm, const Matrix& W, const MatrixView& x, double temperature = 1);

// Divides states by the units' variances, where they have any: s / sigma^2 is what enters the interaction. Columns of
// labels stay as they are.
void scale_interaction(const Layer& layer, MatrixRef states);

}  // namespace wakesleep
