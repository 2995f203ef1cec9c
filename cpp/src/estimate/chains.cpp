#include "wakesleep/chains.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>

#include "estimate/finite.h"
#include "estimate/ladder_chains.h"
#include "estimate/stacked_chains.h"
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
  virtual ChainSamples samples(math::RowRange some) const = 0;

  virtual void advance(Index count, double temperature) {
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
      C& group = groups_[begun_++];
      start(group, begun_first_, inference_->results());
      begun_first_ += group.chains();
      if (begun_ == groups_.size()) inference_.reset();
      return true;
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
  // f(group, rows of it, the first one's place among these chains), for each group that has some of them.
  template <class F>
  void each_of(math::RowRange some, F&& f) const {
    Index begin = 0;
    for (const C& group : groups_) {
      const Index first = std::max(some.first, begin), end = std::min(some.first + some.count, begin + group.chains());
      if (first < end) f(group, math::RowRange{first - begin, end - first}, first - some.first);
      begin += group.chains();
    }
  }
  // One matrix of what f says of them.
  template <class F>
  Matrix joined(math::RowRange some, F&& f) const {
    Matrix all;
    each_of(some, [&](const C& group, math::RowRange rows, Index at) {
      const Matrix part = f(group, rows);
      if (at == 0) all.resize(some.count, part.cols());
      all.middleRows(at, part.rows()) = part;
    });
    return all;
  }
  std::vector<int> labels(math::RowRange some) const {
    std::vector<int> all;
    each_of(some, [&](const C& group, math::RowRange rows, Index) {
      const std::vector<int> part = group.labels();
      if (!part.empty()) all.insert(all.end(), part.begin() + rows.first, part.begin() + rows.first + rows.count);
    });
    return all;
  }
  void begin_inference(RowMap inference) {
    inference_.emplace(std::move(inference));
    begun_ = 0;
    begun_first_ = 0;
  }

  Index count_;
  double cost_;
  std::vector<C> groups_;
  std::optional<RowMap> inference_;  // of where they start
  std::size_t begun_ = 0;            // how many groups did, and their chains
  Index begun_first_ = 0;
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

  ChainSamples samples(math::RowRange some) const override {
    const Matrix means = means_of_visible(some);
    return {means, states_of_visible(some), means, states_of_hidden(some), labels(some)};
  }

 protected:
  void start(GibbsChains& group, Index first, const std::vector<Matrix>& inferred) override {
    group.set_visible(rows_of(view(inferred.front()), first, group.chains()));
  }

  Matrix means_of_visible(math::RowRange some) const {
    return joined(some, [this](const GibbsChains& group, math::RowRange rows) {
      return group.mean_v().block(rows.first, 0, rows.count, rbm_->visible());
    });
  }
  Matrix states_of_visible(math::RowRange some) const {
    return joined(some, [this](const GibbsChains& group, math::RowRange rows) {
      return group.v_states().values(rbm_->visible(), rows.first, rows.count);
    });
  }
  Matrix states_of_hidden(math::RowRange some) const {
    return joined(some, [this](const GibbsChains& group, math::RowRange rows) {
      return group.h_states().values(rbm_->hidden(), rows.first, rows.count);
    });
  }

  const Rbm* rbm_;
};

// Means and states of the visible units drawn downwards from states of the units below the top, those of chains from
// `first_chain` on.
RowMap drawn_down(const Dbn& dbn, Matrix states, std::uint64_t seed, std::uint64_t step, float words,
                  Index first_chain) {
  constexpr std::uint64_t most_layers = 16;
  double weights = 0;
  for (Index l = 0; l + 1 < dbn.depth(); ++l) weights += static_cast<double>(dbn.rbm(l).W().size());
  return {std::move(states),
          {dbn.top().visible()},
          math::rows_a_slice(weights),
          [=, &dbn](const MatrixView& rows, Index first) -> std::vector<Matrix> {
            const Layer top = visible_layer(dbn.top());
            LayerStates now, below;
            now.resize(top.binary(), rows.rows(), rows.cols());
            for (Index r = 0; r < rows.rows(); ++r)
              for (Index i = 0; i < rows.cols(); ++i) now.set(r, i, rows(r, i));
            Matrix means(rows.rows(), dbn.visible());
            const std::vector<float> lengths(static_cast<std::size_t>(rows.rows()), words);
            LayerSampler sampler;
            for (Index l = dbn.depth() - 2; l >= 0; --l) {
              const auto place = step * most_layers + static_cast<std::uint64_t>(l);
              LayerDraw draw{
                  1, &below, {seed, Stream::dbn_down, place, static_cast<std::uint32_t>(first_chain + first)}};
              if (l == 0) {
                draw.means = means.data();
                draw.means_stride = means.cols();
                draw.mean_rows = means.rows();
                if (words > 0) draw.size = lengths.data();
              }
              sampler.draw(visible_layer(dbn.rbm(l)), hidden_layer(dbn.rbm(l)), now, {dbn.rbm(l).W(), true}, draw);
              std::swap(now, below);
            }
            return {std::move(means), now.values(dbn.visible())};
          }};
}

class Chains::OfDbn : public OfRbm {
 public:
  OfDbn(const Dbn& dbn, Index count, std::uint64_t seed, Index words, Index first)
      : OfRbm(dbn.top(), count, seed, words, first), dbn_(&dbn), seed_(seed), first_(first) {
    const std::vector<float> lengths = words_of_documents(visible_layer(dbn.rbm(0)), 1, words);
    if (!lengths.empty()) words_ = lengths.front();
  }

  void start_at(Matrix x, const char* name) override {
    check_states(name, visible_layer(dbn_->rbm(0)), view(x), true);
    check_columns(name, view(x), dbn_->visible(), dbn_->visible());
    check_one_each(name, x.rows(), count_);
    begin_inference(means_up(*dbn_, std::move(x), dbn_->depth() - 1));
  }

  void clamp(const MatrixView&, const MatrixView&) override {
    throw std::invalid_argument(
        "clamp holds visible units of an RBM; the chains of a DBN have none, so use start and label");
  }

  bool step() override {
    if (OfRbm::step()) {
      down_ = 0;
      return true;
    }
    if (dbn_->depth() == 1 || down_ == count_) return false;
    if (down_ == 0)
      for (Matrix* of_visible : {&images_, &means_, &states_}) of_visible->resize(count_, dbn_->visible());
    double weights = 0;
    for (Index l = 0; l + 1 < dbn_->depth(); ++l) weights += static_cast<double>(dbn_->rbm(l).W().size());
    // Means are real values.
    const math::RowRange some{down_, std::min(count_ - down_, math::rows_a_slice(3 * weights))};
    images_.middleRows(some.first, some.count) =
        means_down(*dbn_, means_of_visible(some), dbn_->depth() - 1).finish().front();
    RowMap drawn = drawn_down(*dbn_, states_of_visible(some), seed_, steps(), words_, first_ + some.first);
    means_.middleRows(some.first, some.count) = drawn.finish().front();
    states_.middleRows(some.first, some.count) = drawn.finish().back();
    down_ += some.count;
    return true;
  }

  ChainSamples samples(math::RowRange some) const override {
    if (dbn_->depth() == 1) return OfRbm::samples(some);
    const auto rows = [some](const Matrix& all) { return Matrix(all.middleRows(some.first, some.count)); };
    return {rows(means_), rows(states_), rows(images_), states_of_hidden(some), labels(some)};
  }

 protected:
  // Inference gives means of hidden units, and a chain walks on states of these.
  void start(GibbsChains& group, Index first, const std::vector<Matrix>& inferred) override {
    if (dbn_->depth() == 1) return OfRbm::start(group, first, inferred);
    group.draw_visible(rows_of(view(inferred.front()), first, group.chains()));
  }

 private:
  const Dbn* dbn_;
  std::uint64_t seed_;
  Index first_;
  float words_ = 0;
  // Of the first chains, as far as the present states below the top were brought down.
  Matrix images_, means_, states_;
  Index down_ = 0;
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
    begin_inference(mean_field(*dbm_, std::move(x)));
  }

  ChainSamples samples(math::RowRange some) const override {
    const auto states = [&](Index layer) {
      return joined(some, [layer](const DbmChains& group, math::RowRange rows) {
        const BitMatrix& of_group = group.states(layer);
        return floats_of(of_group, of_group.cols(), rows.first, rows.count);
      });
    };
    const Matrix means = joined(some, [](const DbmChains& group, math::RowRange rows) {
      return group.mean_v().middleRows(rows.first, rows.count);
    });
    return {means, states(0), means, states(1), labels(some)};
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

// Exchanges keep each distribution as it is: nothing can be held, or be hotter.
class Chains::Exchanging : public Groups {
 public:
  explicit Exchanging(const char* name) : name_(name) {}
  void start_at(Matrix, const char* name) override { refuse(name); }
  void clamp(const MatrixView&, const MatrixView&) override { refuse("clamp"); }
  void clamp_labels(const std::vector<int>&) override { refuse("label"); }
  void advance(Index count, double temperature) override {
    if (temperature != 1) refuse("temperature");
    Groups::advance(count, temperature);
  }

 protected:
  // v of some chains is drawn once more, given the hidden units that its own states give.
  static ChainSamples samples_of(math::RowRange some, const Rbm& rbm, const LayerStates& all, math::Place of_h,
                                 math::Place of_v) {
    LayerSampler sampler;
    LayerStates v, h, again;
    v.take_rows(all, some.first, some.count);
    for (math::Place* place : {&of_h, &of_v}) place->first_row += static_cast<std::uint32_t>(some.first);
    sampler.draw(hidden_layer(rbm), visible_layer(rbm), v, rbm.W(), {1, &h, of_h});
    Matrix means(v.rows(), rbm.width());
    LayerDraw draw{1, &again, of_v};
    draw.means = means.data();
    draw.means_stride = means.cols();
    draw.mean_rows = means.rows();
    sampler.draw(visible_layer(rbm), hidden_layer(rbm), h, {rbm.W(), true}, draw);
    const Matrix images = means.leftCols(rbm.visible());
    return {images, again.values(rbm.visible()), images, h.values(rbm.hidden()),
            labels_on(again, rbm.visible(), rbm.labels())};
  }

 private:
  [[noreturn]] void refuse(const std::string& what) const {
    throw std::invalid_argument(what + " does not go with " + name_);
  }
  const char* name_;
};

class Chains::OnLadder : public Exchanging {
 public:
  OnLadder(const Rbm& rbm, Index count, std::uint64_t seed)
      : Exchanging("chains on a ladder"), rbm_(&rbm), chains_(rbm, count, seed), seed_(seed) {}
  Index count() const override { return chains_.chains(); }
  void advance(Index count, double temperature) override {
    Exchanging::advance(count, temperature);
    chains_.advance(static_cast<std::uint64_t>(count));
  }
  bool step() override { return chains_.step(); }
  double done() const override { return chains_.done(); }
  ChainSamples samples(math::RowRange some) const override {
    return samples_of(some, *rbm_, chains_.v(), {seed_, Stream::chain_hidden, to_},
                      {seed_, Stream::chain_visible, to_});
  }

 private:
  const Rbm* rbm_;
  LadderChains chains_;
  std::uint64_t seed_;
};

class Chains::Stacked : public Exchanging {
 public:
  Stacked(const Dbn& dbn, Index count, std::uint64_t seed)
      : Exchanging("stacked tempering"), dbn_(&dbn), count_(checked_chains(count)) {
    const Index most = math::rows_a_slice(StackedChains::cost(dbn));
    for (Index first = 0; first < count; first += most)
      groups_.emplace_back(dbn, std::min(most, count - first), seed, first);
  }
  Index count() const override { return count_; }
  bool step() override {
    for (StackedChains& group : groups_) {
      if (group.steps() == to_) continue;
      group.step();
      return true;
    }
    return false;
  }
  double done() const override {
    if (to_ == from_) return 1;
    double steps = 0;
    for (const StackedChains& group : groups_) steps += static_cast<double>(group.steps() - from_);
    return steps / static_cast<double>(groups_.size()) / static_cast<double>(to_ - from_);
  }
  ChainSamples samples(math::RowRange some) const override {
    const Index visible = dbn_->visible(), hidden = dbn_->rbm(0).hidden();
    ChainSamples all{Matrix(some.count, visible), Matrix(some.count, visible), {}, Matrix(some.count, hidden), {}};
    Index begin = 0;
    for (const StackedChains& group : groups_) {
      const Index rows = group.mean_v().rows(), first = std::max(some.first, begin) - begin,
                  count = std::min(some.first + some.count, begin + rows) - begin - first,
                  at = begin + first - some.first;
      begin += rows;
      if (count <= 0) continue;
      all.means.middleRows(at, count) = group.mean_v().block(first, 0, count, visible);
      all.states.middleRows(at, count) = group.v(0).values(visible, first, count);
      all.hidden.middleRows(at, count) = group.h(0).values(hidden, first, count);
    }
    all.images = all.means;
    return all;
  }

 private:
  const Dbn* dbn_;
  Index count_;
  std::vector<StackedChains> groups_;
};

Chains::Chains(std::unique_ptr<Groups> groups) : groups_(std::move(groups)) {}
Chains Chains::on_ladder(const Rbm& rbm, Index count, std::uint64_t seed) {
  return Chains(std::make_unique<OnLadder>(rbm, count, seed));
}
Chains Chains::stacked(const Dbn& dbn, Index count, std::uint64_t seed) {
  return Chains(std::make_unique<Stacked>(dbn, count, seed));
}
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
ChainSamples Chains::samples(Index first, Index count) const {
  ChainSamples samples = groups_->samples({first, count});
  for (const Matrix* of_visible : {&samples.means, &samples.states, &samples.images}) check_finite(*of_visible);
  return samples;
}
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

// What the rows of a model become, and how many at a time.
struct Reconstruction {
  Index visible, rows_a_step;
  RowMap::OfRows of_rows;
};

// begin(rows, first): the chains of some examples, which fit the model, before they start there.
template <class Begin>
RowMap::OfRows by_chains(const ReconstructionOptions& options, Begin begin) {
  return [begin, options, chains = std::make_shared<std::optional<Chains>>()](const MatrixView& rows,
                                                                              Index first) -> std::vector<Matrix> {
    if (!*chains) {
      chains->emplace(begin(rows, first));
      (*chains)->start_at(rows);
      (*chains)->advance(options.steps, options.temperature);
    }
    if ((*chains)->step()) return {};
    Matrix means = (*chains)->samples().images;
    chains->reset();
    return {std::move(means)};
  };
}

// What `down` makes of the means that `up` gives of some rows, which `check` looks at.
template <class Check, class Up, class Down>
RowMap::OfRows straight_down(Check check, Up up, Down down) {
  struct State {
    std::optional<RowMap> up, down;
  };
  return
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
      };
}

void check_rows(const Rbm& rbm, const MatrixView& x, Index first) {
  check_states("x", visible_layer(rbm), x, true, first);
}
void check_rows(const Dbm& dbm, const MatrixView& x, Index first) { check_examples("x", x, dbm.visible(), -1, first); }

Reconstruction reconstruction(const Rbm& rbm, const ReconstructionOptions& options) {
  check(options, 1);
  return {rbm.visible(), math::rows_a_slice(of_step(rbm)),
          by_chains(options, [&rbm, options](const MatrixView& rows, Index first) {
            check_rows(rbm, rows, first);
            // Documents have their own lengths, which the start tells.
            return Chains(rbm, rows.rows(), options.seed, 1, first);
          })};
}

Reconstruction reconstruction(const Dbn& dbn, const ReconstructionOptions& options) {
  check(options, 0);
  const Index at_once = math::rows_a_slice(of_step(dbn.top()));
  if (options.steps == 0)
    return {dbn.visible(), at_once,
            straight_down([&dbn](const MatrixView& rows, Index first) { check_rows(dbn.rbm(0), rows, first); },
                          [&dbn](Matrix rows) { return means_up(dbn, std::move(rows), dbn.depth()); },
                          [&dbn](const Matrix& means) { return means_down(dbn, means, dbn.depth()); })};
  return {dbn.visible(), at_once, by_chains(options, [&dbn, options](const MatrixView& rows, Index first) {
            check_rows(dbn.rbm(0), rows, first);
            return Chains(dbn, rows.rows(), options.seed, 1, first);
          })};
}

Reconstruction reconstruction(const Dbm& dbm, const ReconstructionOptions& options) {
  check(options, 0);
  const Index at_once = math::rows_a_slice(of_step(dbm));
  if (options.steps == 0)
    return {dbm.visible(), at_once,
            straight_down([&dbm](const MatrixView& rows, Index first) { check_rows(dbm, rows, first); },
                          [&dbm](Matrix rows) { return mean_field(dbm, std::move(rows)); },
                          [&dbm](const Matrix& means) { return visible_means(dbm, means); })};
  return {dbm.visible(), at_once, by_chains(options, [&dbm, options](const MatrixView& rows, Index first) {
            check_rows(dbm, rows, first);
            return Chains(dbm, rows.rows(), options.seed, first);
          })};
}

template <class M>
RowMap reconstructions_of(const M& model, ExampleRows x, const ReconstructionOptions& options) {
  const Reconstruction found = reconstruction(model, options);
  return {std::move(x), {found.visible}, found.rows_a_step, found.of_rows};
}

template <class M>
DatasetAverage error_of(const M& model, ExampleRows x, const ReconstructionOptions& options) {
  const Reconstruction found = reconstruction(model, options);
  return {std::move(x),
          {found.visible},
          std::numeric_limits<Index>::max(),
          found.rows_a_step,
          [of_rows = found.of_rows](const Matrix& rows, Index first) -> VectorD {
            const std::vector<Matrix> means = of_rows(view(rows), first);
            if (means.empty()) return {};
            return (means.front() - rows).cast<double>().array().square().rowwise().mean();
          }};
}

}  // namespace

RowMap reconstructions(const Rbm& rbm, ExampleRows x, const ReconstructionOptions& options) {
  return reconstructions_of(rbm, std::move(x), options);
}
RowMap reconstructions(const Dbn& dbn, ExampleRows x, const ReconstructionOptions& options) {
  return reconstructions_of(dbn, std::move(x), options);
}
RowMap reconstructions(const Dbm& dbm, ExampleRows x, const ReconstructionOptions& options) {
  return reconstructions_of(dbm, std::move(x), options);
}
DatasetAverage reconstruction_error(const Rbm& rbm, ExampleRows x, const ReconstructionOptions& options) {
  return error_of(rbm, std::move(x), options);
}
DatasetAverage reconstruction_error(const Dbn& dbn, ExampleRows x, const ReconstructionOptions& options) {
  return error_of(dbn, std::move(x), options);
}
DatasetAverage reconstruction_error(const Dbm& dbm, ExampleRows x, const ReconstructionOptions& options) {
  return error_of(dbm, std::move(x), options);
}

}  // namespace wakesleep
