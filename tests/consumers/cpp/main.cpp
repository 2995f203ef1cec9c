// Trains a restricted Boltzmann machine on bars and stripes, asks it for likelihoods and free energies, and keeps it in
// a file that browsers open too.
#include <wakesleep/exact.h>
#include <wakesleep/fingerprint.h>
#include <wakesleep/model_file.h>
#include <wakesleep/patterns.h>
#include <wakesleep/rbm.h>
#include <wakesleep/training.h>

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <fstream>
#include <iterator>
#include <variant>
#include <vector>

int main() try {
  const wakesleep::Dataset bars = wakesleep::bars_and_stripes(3);
  wakesleep::Rbm rbm({.visible = 9, .hidden = 16}, 1);

  wakesleep::TrainingOptions options;
  options.epochs = 5000;
  options.method = wakesleep::Method::pcd;
  options.k = 5;
  options.learning_rate = 0.05;
  options.momentum = 0;
  options.weight_decay = 0;
  const auto training = wakesleep::train(rbm, bars, options);
  while (training->step()) {
  }

  const double log_z = wakesleep::exact_log_partition(rbm);
  std::printf("%.3f nats an image; the best possible is %.3f\n", wakesleep::mean_log_likelihood(rbm, bars, log_z),
              -std::log(static_cast<double>(bars.count())));

  wakesleep::Matrix images(2, 9);
  images << 0, 1, 0, 0, 1, 0, 0, 1, 0,  // a bar
      1, 0, 1, 0, 1, 0, 1, 0, 1;        // a cross, which it has not seen
  const wakesleep::VectorD energies = rbm.free_energy(wakesleep::view(images));
  std::printf("free energies: %.2f of a bar, %.2f of a cross\n", energies[0], energies[1]);

  const std::vector<std::uint8_t> bytes = wakesleep::save_model(rbm);
  std::ofstream("bars.safetensors", std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  std::ifstream file("bars.safetensors", std::ios::binary);
  const std::vector<std::uint8_t> read{std::istreambuf_iterator<char>(file), {}};
  const wakesleep::Model opened = wakesleep::open_model(read);
  const auto& again = std::get<wakesleep::Rbm>(opened);
  std::printf("%s of %d hidden units, %s\n", wakesleep::kind_of(again).c_str(), static_cast<int>(again.hidden()),
              wakesleep::fingerprint(again).c_str());
} catch (const std::exception& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
