// The module of the benchmark's page: kernels by themselves, and what training takes of the heap.
#include <emscripten.h>
#include <malloc.h>

#include <memory>
#include <span>

#include "../kernels.h"
#include "wakesleep/threads.h"
#include "wakesleep/training.h"

using namespace wakesleep;
using namespace wakesleep::bench;

namespace {

std::uint8_t images[batch_size * visible];
std::unique_ptr<Kernels> measured;

double heap_in_use() { return static_cast<double>(mallinfo().uordblks); }

}  // namespace

extern "C" {

EMSCRIPTEN_KEEPALIVE std::uint8_t* bench_images() { return images; }

EMSCRIPTEN_KEEPALIVE void bench_start(int threads) {
  set_thread_count(threads);
  measured = std::make_unique<Kernels>(images);
}

EMSCRIPTEN_KEEPALIVE double bench_product(int which, int dense, int times) {
  return measured->time(static_cast<Kernels::Product>(which), dense != 0, times);
}

// Bytes that a training in progress holds beyond the data, the parameters and as many floats of momentum.
EMSCRIPTEN_KEEPALIVE double bench_training_memory() {
  const Dataset data = Dataset::from_bytes(std::span(images), batch_size, visible, 1);
  Rbm rbm({.visible = visible, .hidden = hidden});
  const double before = heap_in_use();
  TrainingOptions options;
  options.hidden_states = States::sampled;
  const auto training = train(rbm, data, options);
  for (int i = 0; i < 5; ++i) training->step();
  constexpr double momentum = sizeof(float) * (visible * hidden + visible + hidden);
  return heap_in_use() - before - momentum;
}
}
