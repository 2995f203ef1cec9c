#include "wakesleep/chains.h"

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <string>

#include "math/slices.h"
#include "models/clamps.h"
#include "models/layer.h"
#include "wakesleep/gibbs.h"
#include "wakesleep/inference.h"

namespace wakesleep {
namespace {

// Multiplications of a step of one chain. Products with states that are bits only add, some weights at a time.
double of_step(const Rbm& rbm) {
  constexpr double of_bits = 1.0 / 6;
  const double of_layers = (visible_layer(rbm).binary() ? of_bits : 1) + (hidden_layer(rbm).binary() ? of_bits : 1);
  return static_cast<double>(rbm.W().size()) * of_layers;
}
double of_step(const Dbm& dbm) {
  double weights = 0;
  for (const Matrix& W : dbm.parameters().W) weights += static_cast<double>(W.size());
  return weights / 3;
}

// The rows of a group, or the one that all share.
MatrixView rows_of(const MatrixView& all, Index first, Index count) {
  if (all.rows() == 1) return {all.data(), 1, all.cols()};
  return {all.data() + first * all.cols(), count, all.cols()};
}

void check_one_each(const char* name, Index rows, Index chains) {
  if (rows != chains && rows != 1)
    throw std::out_of_range(std::string(name) + " must have 1 row or " + std::to_string(chains) +
                            ", one a chain, not " + std::to_string(rows));
}

}  // namespace

class Chains::Groups {
 public:
  virtual ~Groups() = default;
  virtual Index count() const = 0;
  virtual void start_at(Matrix x, const char* name) = 0;
  virtual void clamp(const MatrixView& mask, const MatrixView& values) = 0;
  virtual void clamp_labels(const std::vector<int>& labels) = 0;
  virtual bool step() = 0;
  virtual ChainSamples samples() const = 0;

  void advance(Index count, double temperature) {
    checked_inverse(temperature);
    temperature_ = temperature;
    from_ = to_;
    to_ += static_cast<std::uint64_t>(count);
  }
  std::uint64_t steps() const { return to_; }
  virtual double done() const = 0;

 protected:
  double temperature_ = 1;
  std::uint64_t from_ = 0, to_ = 0;
};

// Groups of chains, each as many as make a step in a slice.
template <class C>
class Chains::GroupsOf : public Groups {
 public:
  Index count() const override { return count_; }

  void clamp(const MatrixView& mask, const MatrixView& values) override {
    check_one_each("mask", mask.rows(), count_);
    check_one_each("values", values.rows(), count_);
    each([&](C& group, Index first) {
      group.clamp(rows_of(mask, first, group.chains()), rows_of(values, first, group.chains()));
    });
  }

  void clamp_labels(const std::vector<int>& labels) override {
    if (labels.size() == 1) return each([&](C& group, Index) { group.clamp_labels(labels); });
    if (static_cast<Index>(labels.size()) != count_)
      throw std::out_of_range("labels must be 1 or " + std::to_string(count_) + ", one a chain, not " +
                              std::to_string(labels.size()));
    each([&](C& group, Index first) {
      group.clamp_labels({labels.begin() + first, labels.begin() + first + group.chains()});
    });
  }

  bool step() override {
    if (inference_) {
      if (inference_->step()) return true;
      each([&](C& group, Index first) { start(group, first, inference_->results()); });
      inference_.reset();
    }
    for (C& group : groups_) {
      if (group.steps() == to_) continue;
      const Index at_once = math::rows_a_slice(cost_ * static_cast<double>(group.chains()));
      group.step(std::min(at_once, static_cast<Index>(to_ - group.steps())), temperature_);
      return true;
    }
    return false;
  }

  double done() const override {
    if (to_ == from_) return 1;
    double steps = 0;
    for (const C& group : groups_) steps += static_cast<double>(group.steps() - from_);
    return steps / static_cast<double>(groups_.size()) / static_cast<double>(to_ - from_);
  }

 protected:
  // make(count, first): a group.
  template <class Make>
  GroupsOf(Index count, double cost, const Make& make) : count_(checked_chains(count)), cost_(cost) {
    const Index most = math::rows_a_slice(cost);
    for (Index first = 0; first < count; first += most) groups_.push_back(make(std::min(most, count - first), first));
  }

  // What a start at images needs to know of them, and what becomes of it: of the chains from `first` on.
  virtual void start(C& group, Index first, const std::vector<Matrix>& inferred) = 0;

  template <class F>
  void each(F&& f) {
    Index first = 0;
    for (C& group : groups_) {
      f(group, first);
      first += group.chains();
    }
  }
  // One matrix of what f says of each group.
  template <class F>
  Matrix joined(F&& f) const {
    Matrix all;
    Index first = 0;
    for (const C& group : groups_) {
      const Matrix some = f(group);
      if (first == 0) all.resize(count_, some.cols());
      all.middleRows(first, some.rows()) = some;
      first += some.rows();
    }
    return all;
  }
  std::vector<int> labels() const {
    std::vector<int> all;
    for (const C& group : groups_) {
      const std::vector<int> some = group.labels();
      all.insert(all.end(), some.begin(), some.end());
    }
    return all;
  }

  Index count_;
  double cost_;
  std::vector<C> groups_;
  std::optional<RowMap> inference_;  // of where they start
};

class Chains::OfRbm : public GroupsOf<GibbsChains> {
 public:
  OfRbm(const Rbm& rbm, Index count, std::uint64_t seed, Index words, Index first)
      : GroupsOf(count, of_step(rbm),
                 [&](Index some, Index from) { return GibbsChains(rbm, some, seed, words, first + from); }),
        rbm_(&rbm) {}

  void start_at(Matrix x, const char* name) override {
    check_states(name, visible_layer(*rbm_), view(x), true);
    check_columns(name, view(x), rbm_->visible(), rbm_->visible());
    check_one_each(name, x.rows(), count_);
    each([&](GibbsChains& group, Index first) { group.set_visible(rows_of(view(x), first, group.chains())); });
  }

  ChainSamples samples() const override {
    return {joined([this](const GibbsChains& group) { return group.mean_v().leftCols(rbm_->visible()); }),
            joined([this](const GibbsChains& group) { return group.v_states().values(rbm_->visible()); }),
            joined([this](const GibbsChains& group) { return group.h_states().values(rbm_->hidden()); }), labels()};
  }

 protected:
  void start(GibbsChains& group, Index first, const std::vector<Matrix>& inferred) override {
    group.set_visible(rows_of(view(inferred.front()), first, group.chains()));
  }

  const Rbm* rbm_;
};

class Chains::OfDbn : public OfRbm {
 public:
  OfDbn(const Dbn& dbn, Index count, std::uint64_t seed, Index words, Index first)
      : OfRbm(dbn.top(), count, seed, words, first), dbn_(&dbn) {}

  void start_at(Matrix x, const char* name) override {
    check_states(name, visible_layer(dbn_->rbm(0)), view(x), true);
    check_columns(name, view(x), dbn_->visible(), dbn_->visible());
    check_one_each(name, x.rows(), count_);
    inference_.emplace(means_up(*dbn_, std::move(x), dbn_->depth() - 1));
  }

  void clamp(const MatrixView&, const MatrixView&) override {
    throw std::invalid_argument(
        "clamp holds visible units of an RBM; the chains of a DBN have none, so use start and label");
  }

  bool step() override {
    if (OfRbm::step()) {
      images_.reset();
      return true;
    }
    if (!images_) images_.emplace(means_down(*dbn_, OfRbm::samples().means, dbn_->depth() - 1));
    return images_->step();
  }

  ChainSamples samples() const override {
    ChainSamples samples = OfRbm::samples();
    samples.means = images_.value().results().front();
    return samples;
  }

 private:
  const Dbn* dbn_;
  std::optional<RowMap> images_;  // of the present states below the top
};

class Chains::OfDbm : public GroupsOf<DbmChains> {
 public:
  OfDbm(const Dbm& dbm, Index count, std::uint64_t seed, Index first)
      : GroupsOf(count, of_step(dbm), [&](Index some, Index from) { return DbmChains(dbm, some, seed, first + from); }),
        dbm_(&dbm) {}

  void start_at(Matrix x, const char* name) override {
    check_examples(name, view(x), dbm_->visible());
    check_one_each(name, x.rows(), count_);
    start_ = x;
    inference_.emplace(mean_field(*dbm_, std::move(x)));
  }

  ChainSamples samples() const override {
    return {joined([](const DbmChains& group) { return group.mean_v(); }),
            joined([](const DbmChains& group) { return floats_of(group.states(0)); }),
            joined([](const DbmChains& group) { return floats_of(group.states(1)); }), labels()};
  }

 protected:
  void start(DbmChains& group, Index first, const std::vector<Matrix>& inferred) override {
    std::vector<Matrix> means{rows_of(view(start_), first, group.chains())};
    for (const Matrix& layer : inferred) means.emplace_back(rows_of(view(layer), first, group.chains()));
    group.set_means(means);
  }

 private:
  const Dbm* dbm_;
  Matrix start_;
};

Chains::Chains(const Rbm& rbm, Index count, std::uint64_t seed, Index words, Index first)
    : groups_(std::make_unique<OfRbm>(rbm, count, seed, words, first)) {}
Chains::Chains(const Dbn& dbn, Index count, std::uint64_t seed, Index words, Index first)
    : groups_(std::make_unique<OfDbn>(dbn, count, seed, words, first)) {}
Chains::Chains(const Dbm& dbm, Index count, std::uint64_t seed, Index first)
    : groups_(std::make_unique<OfDbm>(dbm, count, seed, first)) {}
Chains::Chains(Chains&&) noexcept = default;
Chains& Chains::operator=(Chains&&) noexcept = default;
Chains::~Chains() = default;

Index Chains::count() const { return groups_->count(); }
std::uint64_t Chains::steps() const { return groups_->steps(); }
void Chains::start_at(Matrix x, const char* name) { groups_->start_at(std::move(x), name); }
void Chains::clamp(const MatrixView& mask, const MatrixView& values) { groups_->clamp(mask, values); }
void Chains::clamp_labels(const std::vector<int>& labels) { groups_->clamp_labels(labels); }
void Chains::advance(Index count, double temperature) { groups_->advance(count, temperature); }
bool Chains::step() { return groups_->step(); }
double Chains::done() const { return groups_->done(); }
ChainSamples Chains::samples() const { return groups_->samples(); }
ChainSamples Chains::finish() {
  while (step()) {
  }
  return samples();
}

namespace {

void check(const ReconstructionOptions& options, Index least_steps) {
  if (options.steps < least_steps || options.steps > 1'000'000)
    throw std::out_of_range("steps must be " + std::to_string(least_steps) + " to 1,000,000, not " +
                            std::to_string(options.steps));
  checked_inverse(options.temperature);
}

// begin(rows, first): the chains of some examples, which fit the model, before they start there.
template <class Begin>
RowMap reconstructed(ExampleRows x, Index visible, double cost, const ReconstructionOptions& options, Begin begin) {
  return {std::move(x),
          {visible},
          math::rows_a_slice(cost),
          [begin, options, chains = std::make_shared<std::optional<Chains>>()](const MatrixView& rows,
                                                                               Index first) -> std::vector<Matrix> {
            if (!*chains) {
              chains->emplace(begin(rows, first));
              (*chains)->start_at(rows);
              (*chains)->advance(options.steps, options.temperature);
            }
            if ((*chains)->step()) return {};
            Matrix means = (*chains)->samples().means;
            chains->reset();
            return {std::move(means)};
          }};
}

// What `down` makes of the means that `up` gives of some rows, which `check` looks at.
template <class Check, class Up, class Down>
RowMap straight_down(ExampleRows x, Index visible, double cost, Check check, Up up, Down down) {
  struct State {
    std::optional<RowMap> up, down;
  };
  return {
      std::move(x),
      {visible},
      math::rows_a_slice(cost),
      [check, up, down, state = std::make_shared<State>()](const MatrixView& rows, Index first) -> std::vector<Matrix> {
        if (!state->up) {
          check(rows, first);
          state->up.emplace(up(Matrix(rows)));
        }
        if (state->up->step()) return {};
        if (!state->down) state->down.emplace(down(state->up->results().front()));
        if (state->down->step()) return {};
        Matrix means = state->down->results().front();
        *state = {};
        return {std::move(means)};
      }};
}

void check_rows(const Rbm& rbm, const MatrixView& x, Index first) {
  check_states("x", visible_layer(rbm), x, true, first);
}
void check_rows(const Dbm& dbm, const MatrixView& x, Index first) { check_examples("x", x, dbm.visible(), -1, first); }

}  // namespace

RowMap reconstructions(const Rbm& rbm, ExampleRows x, const ReconstructionOptions& options) {
  check(options, 1);
  return reconstructed(std::move(x), rbm.visible(), of_step(rbm), options,
                       [&rbm, options](const MatrixView& rows, Index first) {
                         check_rows(rbm, rows, first);
                         // Documents have their own lengths, which the start tells.
                         return Chains(rbm, rows.rows(), options.seed, 1, first);
                       });
}

RowMap reconstructions(const Dbn& dbn, ExampleRows x, const ReconstructionOptions& options) {
  check(options, 0);
  const double cost = of_step(dbn.top());
  if (options.steps == 0)
    return straight_down(
        std::move(x), dbn.visible(), cost,
        [&dbn](const MatrixView& rows, Index first) { check_rows(dbn.rbm(0), rows, first); },
        [&dbn](Matrix rows) { return means_up(dbn, std::move(rows), dbn.depth()); },
        [&dbn](const Matrix& means) { return means_down(dbn, means, dbn.depth()); });
  return reconstructed(std::move(x), dbn.visible(), cost, options,
                       [&dbn, options](const MatrixView& rows, Index first) {
                         check_rows(dbn.rbm(0), rows, first);
                         return Chains(dbn, rows.rows(), options.seed, 1, first);
                       });
}

RowMap reconstructions(const Dbm& dbm, ExampleRows x, const ReconstructionOptions& options) {
  check(options, 0);
  if (options.steps == 0)
    return straight_down(
        std::move(x), dbm.visible(), of_step(dbm),
        [&dbm](const MatrixView& rows, Index first) { check_rows(dbm, rows, first); },
        [&dbm](Matrix rows) { return mean_field(dbm, std::move(rows)); },
        [&dbm](const Matrix& means) { return visible_means(dbm, means); });
  return reconstructed(std::move(x), dbm.visible(), of_step(dbm), options,
                       [&dbm, options](const MatrixView& rows, Index first) {
                         check_rows(dbm, rows, first);
                         return Chains(dbm, rows.rows(), options.seed, first);
                       });
}

}  // namespace wakesleep
