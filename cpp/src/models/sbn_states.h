// States of a sigmoid belief net's layers, drawn one from the other without allocating.
#pragma once

#include "math/conditional.h"
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

  // The top layer from its biases: `rows` of them.
  void draw_top(const Sbn& net, Index rows, std::uint64_t step, SbnStates& states);
  // Every layer below the top from the one above. With `means`, those of the visible units (rows x visible).
  void draw_down(const Sbn& net, std::uint64_t step, SbnStates& states, Scratch* means = nullptr);
  // Every layer above the visible one from the one below, by these weights and biases: those of a net's recognition, or
  // others of the same shapes. weights(l): units of layer l x units of layer l + 1, biases(l): of layer l + 1.
  template <class Weights, class Biases>
  void draw_up(Index depth, std::uint64_t step, SbnStates& states, Weights&& weights, Biases&& biases) {
    for (Index l = 0; l < depth; ++l)
      draw(states[at(l)], {weights(l)}, biases(l), {up_, step, l + 1}, states[at(l + 1)]);
  }

 private:
  struct Where {
    Stream stream;
    std::uint64_t step;
    Index layer;
  };
  static std::size_t at(Index layer) { return static_cast<std::size_t>(layer); }
  void draw(const BitMatrix& given, const math::Operand& weights, const Vector& bias, const Where& where, BitMatrix& to,
            Scratch* means = nullptr);

  std::uint64_t seed_;
  Stream down_, up_;
  Scratch inputs_;
  math::Workspace workspace_;
};

}  // namespace wakesleep
