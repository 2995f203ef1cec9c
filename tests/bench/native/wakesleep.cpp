// The library as a native contender.
#include <cstdlib>
#include <memory>
#include <random>

#include "../kernels.h"
#include "likelihood.h"
#include "protocol.h"
#include "wakesleep/threads.h"
#include "wakesleep/training.h"

using namespace wakesleep;

namespace {

TrainingOptions options(double learning_rate) {
  TrainingOptions out;
  out.epochs = 1'000'000;
  out.batch_size = ::bench::batch_size;
  out.learning_rate = learning_rate;
  out.momentum = ::bench::momentum;
  out.weight_decay = ::bench::weight_decay;
  out.hidden_states = States::sampled;
  out.visible_bias_from_data = false;
  return out;
}

Dataset random_images(Index width, Index count) {
  std::minstd_rand generator(1);
  std::bernoulli_distribution on(0.2);
  std::vector<std::uint8_t> pixels(static_cast<std::size_t>(width * count));
  for (std::uint8_t& one : pixels) one = on(generator);
  return Dataset::from_bytes(pixels, count, width, 1);
}

double scaling(std::istream& words) {
  Index visible = 0, hidden = 0, count = 0;
  int batches = 0;
  words >> visible >> hidden >> count >> batches;
  const Dataset data = random_images(visible, count);
  Rbm rbm({.visible = visible, .hidden = hidden});
  const auto training = train(rbm, data, options(0.01));
  for (int i = 0; i < batches; ++i) training->step();
  return ::bench::milliseconds([&] {
    for (int i = 0; i < batches; ++i) training->step();
  });
}

}  // namespace

int main(int argc, char** argv) {
  const ::bench::Arguments given = ::bench::arguments(argc, argv);
  set_thread_count(given.threads);
  const auto count = static_cast<Index>(given.images.size()) / ::bench::visible;
  const Dataset data = Dataset::from_bytes(given.images, count, ::bench::visible, 1);
  Rbm rbm({.visible = ::bench::visible, .hidden = ::bench::hidden});
  rbm.set_parameters(Eigen::Map<const Matrix>(given.W.data(), ::bench::visible, ::bench::hidden),
                     Eigen::Map<const Vector>(given.b.data(), ::bench::visible),
                     Eigen::Map<const Vector>(given.c.data(), ::bench::hidden));
  const Rbm untrained = rbm;
  const auto training = train(rbm, data, options(::bench::learning_rate));
  wakesleep::bench::Kernels kernels(given.images.data());
  std::unique_ptr<wakesleep::bench::Likelihood> likelihood;
  const auto product = [&](std::istream& words, bool dense) {
    std::string name;
    int times = 0;
    words >> name >> times;
    using enum wakesleep::bench::Kernels::Product;
    return kernels.time(name == "up" ? up : name == "down" ? down : outer, dense, times);
  };
  return ::bench::serve({
      {"run",
       [&](std::istream& words) {
         int batches = 0;
         words >> batches;
         return ::bench::milliseconds([&] {
           for (int i = 0; i < batches; ++i) training->step();
         });
       }},
      {"parameters",
       [&](std::istream& words) {
         std::string file;
         words >> file;
         ::bench::write_parameters(file, rbm.W().data(), rbm.b().data(), rbm.c().data());
         return 0.0;
       }},
      {"binary", [&](std::istream& words) { return product(words, false); }},
      {"dense", [&](std::istream& words) { return product(words, true); }},
      {"likelihood",
       [&](std::istream& words) {
         if (!likelihood) likelihood = std::make_unique<wakesleep::bench::Likelihood>(untrained, data);
         std::string work;
         int times = 0;
         words >> work >> times;
         return ::bench::milliseconds([&] { likelihood->run(work, times); });
       }},
      {"scaling", scaling},
  });
}
