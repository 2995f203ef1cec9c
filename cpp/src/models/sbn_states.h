// States of a sigmoid belief net's layers, drawn one from the other without allocating.
#pragma once

#include "math/conditional.h"
#include "math/slices.h"
#include "wakesleep/random.h"
#include "wakesleep/sbn.h"

namespace wakesleep {

// Streams of random numbers of sigmoid belief nets, 70 to 78: units given those above, the same by the recognition
// weights, hidden units given all others.
struct SbnStream {
  static constexpr Stream down{70}, up{71}, gibbs{72};
};

// Bits of rows of exactly 0 and 1; std::out_of_range for other widths and values. first_row: the number of the first
// row in messages.
BitMatrix bits_of(const char* name, const MatrixView& x, Index columns, Index first_row = 0);

// A random number's place for a layer of a net, out of the step's.
inline math::Place place_of_layer(std::uint64_t seed, Stream stream, std::uint64_t step, Index layer) {
  return {seed, stream, step * static_cast<std::uint64_t>(Sbn::most_layers) + static_cast<std::uint64_t>(layer)};
}

class SbnPasses {
 public:
  SbnPasses(std::uint64_t seed, Stream down, Stream up) : seed_(seed), down_(down), up_(up) {}

  // Some rows of `all`: of the top layer from these biases; of a layer below it from the one above; and of a layer
  // above the visible one from the one below, by the weights and biases of a net's recognition, or others of the same
  // shapes. The other rows stay as they are, and all of them, one part after the other, come out as they do at once.
  // With `means`, those of the units drawn (all x units).
  void draw_top(math::RowRange some, Index all, const Vector& b, std::uint64_t step, SbnStates& states);
  void draw_below(math::RowRange some, Index layer, const Matrix& W, const Vector& b, std::uint64_t step,
                  SbnStates& states, Scratch* means = nullptr) {
    draw(some, states[at(layer + 1)], {W, true}, b, {down_, step, layer}, states[at(layer)], means);
  }
  void draw_above(math::RowRange some, Index layer, const Matrix& R, const Vector& c, std::uint64_t step,
                  SbnStates& states) {
    draw(some, states[at(layer - 1)], {R}, c, {up_, step, layer}, states[at(layer)], nullptr);
  }

  // All rows at once: of the top layer, and of every layer below it. With `means`, those of the visible units.
  void draw_top(const Sbn& net, Index rows, std::uint64_t step, SbnStates& states) {
    states.resize(at(net.layer_count()));
    draw_top({0, rows}, rows, net.b(net.depth()), step, states);
  }
  void draw_down(const Sbn& net, std::uint64_t step, SbnStates& states, Scratch* means = nullptr) {
    const Index rows = states.back().rows();
    for (Index l = net.depth() - 1; l >= 0; --l)
      draw_below({0, rows}, l, net.W(l), net.b(l), step, states, l == 0 ? means : nullptr);
  }
  // Every layer above the visible one. weights(l): units of layer l x units of layer l + 1, biases(l): of layer l + 1.
  template <class Weights, class Biases>
  void draw_up(Index depth, std::uint64_t step, SbnStates& states, Weights&& weights, Biases&& biases) {
    for (Index l = 0; l < depth; ++l) draw_above({0, states[0].rows()}, l + 1, weights(l), biases(l), step, states);
  }

 private:
  struct Where {
    Stream stream;
    std::uint64_t step;
    Index layer;
  };
  static std::size_t at(Index layer) { return static_cast<std::size_t>(layer); }
  void draw(math::RowRange some, const BitMatrix& given, const math::Operand& weights, const Vector& bias,
            const Where& where, BitMatrix& to, Scratch* means);
  void draw(const BitMatrix& given, const math::Operand& weights, const Vector& bias, const math::Place& place,
            BitMatrix& to, float* means);

  std::uint64_t seed_;
  Stream down_, up_;
  Scratch inputs_;
  BitMatrix some_given_, some_drawn_;
  math::Workspace workspace_;
};

}  // namespace wakesleep
