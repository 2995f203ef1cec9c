// The trained models in models/, judged by what is not those models, on MNIST's test images.
#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <set>

#include "compare/nearest_neighbours.h"
#include "mnist.h"
#include "wakesleep/chains.h"
#include "wakesleep/dbn.h"
#include "wakesleep/gibbs.h"
#include "wakesleep/idx.h"
#include "wakesleep/model_file.h"
#include "wakesleep/stroke_digits.h"
#include "wakesleep/threads.h"
#include "wakesleep/training.h"

using namespace wakesleep;
using namespace wakesleep::test;

namespace {

std::vector<std::uint8_t> bytes_of(const std::string& name) {
  std::ifstream file(std::string(WAKESLEEP_SOURCE_DIR) + "/models/" + name + ".safetensors", std::ios::binary);
  REQUIRE_MESSAGE(file.good(), "models/" << name << ".safetensors");
  return {std::istreambuf_iterator<char>(file), {}};
}

Model model(const std::string& name) { return open_model(bytes_of(name)); }

std::vector<int> read_labels(const Dbn& dbn, const Matrix& images) {
  std::vector<int> labels;
  constexpr Index at_once = 500;
  for (Index first = 0; first < images.rows(); first += at_once) {
    const Matrix some = images.middleRows(first, std::min(at_once, images.rows() - first));
    const std::vector<int> of_some = best_labels(dbn.label_free_energy(view(some)));
    labels.insert(labels.end(), of_some.begin(), of_some.end());
  }
  return labels;
}

bool is_left_out(const std::string& folder, bool takes_long) {
  if (folder.empty()) MESSAGE("skipped: WAKESLEEP_DATA names no folder with mnist in it");
  if (takes_long && sanitized) MESSAGE("left to the release build: it takes minutes under sanitizers");
  return folder.empty() || (takes_long && sanitized);
}

struct Threads {
  Threads() { set_thread_count(2); }
  ~Threads() { set_thread_count(1); }
};

}  // namespace

TEST_CASE("every committed model, opened and saved again, is the same bytes") {
  for (const char* name : {"digits-dbn", "digits-rbm", "twos-rbm", "threes-rbm"}) {
    CAPTURE(name);
    const std::vector<std::uint8_t> bytes = bytes_of(name);
    const Model opened = open_model(bytes);
    const auto saved = [&](bool half) {
      const SaveOptions options{half, false, model_notes(bytes)};
      return save_model(opened, options);
    };
    const bool same = saved(false) == bytes || saved(true) == bytes;
    CHECK(same);
  }
}

TEST_CASE("every committed model opens as what its card says") {
  const Dbn dbn = std::get<Dbn>(model("digits-dbn"));
  CHECK(dbn.layers() == std::vector<Index>{784, 500, 500, 2000});
  CHECK(dbn.labels() == 10);
  CHECK(std::get<Rbm>(model("twos-rbm")).shape() == RbmShape{784, 50, 0});
  CHECK(std::get<Rbm>(model("threes-rbm")).shape() == RbmShape{784, 50, 0});
  CHECK(std::get<Rbm>(model("digits-rbm")).shape() == RbmShape{784, 500, 0});
}

TEST_CASE("at most 2.8 % of MNIST's test images are misread by free energy") {
  const std::string folder = mnist_folder();
  if (is_left_out(folder, true)) return;
  const Threads threads;
  const Dataset test = read_idx_folder(folder, false);
  const std::vector<int> labels = read_labels(std::get<Dbn>(model("digits-dbn")), test.rows(0, test.count()));
  int errors = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) errors += labels[i] != test.labels()[i];
  MESSAGE("errors of 10,000: " << errors);
  CHECK(errors <= 280);
}

TEST_CASE("dreams of each label are read as that digit by nearest neighbours, differ, and copy no training image") {
  const std::string folder = mnist_folder();
  if (is_left_out(folder, true)) return;
  const Threads threads;
  const Dbn dbn = std::get<Dbn>(model("digits-dbn"));
  constexpr Index chains = 100;
  std::vector<int> wanted;
  for (int label = 0; label < 10; ++label) wanted.insert(wanted.end(), chains, label);
  Chains dream(dbn, 10 * chains, 1);
  dream.clamp_labels(wanted);
  dream.advance(1000);
  const Matrix images = dream.finish().images;
  const Neighbours judged = nearest_neighbours(view(images), read_idx_folder(folder, true), 3);
  int right_in_all = 0;
  for (int label = 0; label < 10; ++label) {
    int right = 0;
    for (Index i = 0; i < chains; ++i) right += judged.labels[static_cast<std::size_t>(label * chains + i)] == label;
    MESSAGE("label " << label << ": " << right << " of 100 are read as it");
    right_in_all += right;
    CHECK(right >= 85);
  }
  MESSAGE("of all 1,000: " << right_in_all);
  std::set<std::vector<float>> distinct;
  for (Index r = 0; r < images.rows(); ++r) distinct.emplace(images.data() + r * 784, images.data() + (r + 1) * 784);
  CHECK(distinct.size() == static_cast<std::size_t>(10 * chains));
  CHECK(*std::min_element(judged.distances.begin(), judged.distances.end()) > 0.5f);
}

TEST_CASE("the machine that has only seen 2s turns the test set's 5s into 2s") {
  const std::string folder = mnist_folder();
  if (is_left_out(folder, false)) return;
  const Threads threads;
  const Dbn judge = std::get<Dbn>(model("digits-dbn"));
  const Dataset fives = read_idx_folder(folder, false).with_label(5);
  const Index count = sanitized ? 50 : fives.count();
  const Matrix x = fives.rows(0, count);
  const auto share = [&](const char* name, int as) {
    int read = 0;
    for (const int label : read_labels(judge, reconstruct(std::get<Rbm>(model(name)), view(x), {.steps = 100})))
      read += label == as;
    return 100.0 * read / static_cast<double>(count);
  };
  const double twos = share("twos-rbm", 2), threes = share("threes-rbm", 3);
  MESSAGE("5s called 2 after 100 steps of the 2s machine: " << twos << " %; called 3 after those of the 3s machine: "
                                                            << threes << " %");
  CHECK(twos >= 80);
  CHECK(threes >= 80);
}
