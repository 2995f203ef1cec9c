#include "wakesleep/ais.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <stdexcept>
#include <string>

#include "estimate/ais_path.h"
#include "estimate/annealing.h"
#include "estimate/enumerable.h"
#include "math/decimal.h"
#include "models/layer.h"

namespace wakesleep {

class AisLogPartition::Work {
 public:
  Work(const Rbm& rbm, const AisOptions& options, const VectorD* base_rates);
  bool step();
  double done() const;

  AisPath path;

 private:
  Index k_ = 0;
};

AisLogPartition::Work::Work(const Rbm& rbm, const AisOptions& options, const VectorD* base_rates)
    : path(rbm, options, base_rates, Stream::chain_hidden, Stream::chain_visible) {
  path.start_at_base();
}

bool AisLogPartition::Work::step() {
  const Index betas = path.options().betas;
  if (k_ == betas) return false;
  const double before = path.beta(k_), now = path.beta(k_ + 1);
  ++k_;
  path.walk(before, now, k_ < betas ? now : 0, static_cast<std::uint64_t>(k_));
  return true;
}

double AisLogPartition::Work::done() const {
  return static_cast<double>(k_) / static_cast<double>(path.options().betas);
}

AisLogPartition::AisLogPartition(const Rbm& rbm, const AisOptions& options, const VectorD* base_rates)
    : work_(std::make_unique<Work>(rbm, options, base_rates)) {}
AisLogPartition::AisLogPartition(AisLogPartition&&) noexcept = default;
AisLogPartition& AisLogPartition::operator=(AisLogPartition&&) noexcept = default;
AisLogPartition::~AisLogPartition() = default;
bool AisLogPartition::step() { return work_->step(); }
double AisLogPartition::done() const { return work_->done(); }
const std::vector<double>& AisLogPartition::log_weights() const { return work_->path.log_weights(); }
double AisLogPartition::log_z_base() const { return work_->path.log_z_base(); }
LogPartition AisLogPartition::estimate() const { return estimate_from(log_weights(), log_z_base()); }

class ReverseAis::Work {
 public:
  Work(const Rbm& rbm, const AisOptions& options, ReverseStart start, const VectorD* base_rates, const Dataset* starts);
  bool step();
  double done() const;

  AisPath path;
  const ReverseStart start;

 private:
  std::optional<ExactSamples> samples_;  // while they are being drawn
  double start_cost_ = 0;                // in steps of the walk
  double start_done_ = 0;
  Index chain_steps_ = 0;  // left
  Index k_;
};

ReverseAis::Work::Work(const Rbm& rbm, const AisOptions& options, ReverseStart from, const VectorD* base_rates,
                       const Dataset* starts)
    : path(rbm, options, base_rates, Stream::reverse_hidden, Stream::reverse_visible), start(from), k_(options.betas) {
  Matrix x;
  if (starts) x = starts_of_chains(*starts, options.runs, rbm.visible());
  if (start == ReverseStart::exact) {
    if (!is_enumerable(rbm.shape()))
      throw std::out_of_range(too_many_states(rbm) + ": a reverse estimate can start from chains");
    samples_.emplace(rbm, options.runs, path.seed(), Stream::reverse_start, options.words.value_or(0));
    // A state of the enumeration takes one product, a step of a run two.
    start_cost_ = samples_->blocks() * 1024 / (2 * static_cast<double>(options.runs));
    return;
  }
  chain_steps_ = options.start_steps.value_or(options.betas);
  start_cost_ = static_cast<double>(chain_steps_);
  if (!starts) {
    path.start_at_base();
    return;
  }
  const Layer v = visible_layer(rbm);
  v.type->check_values("the data set that chains start at", v.side, view(x));
  path.start_at(x);
}

bool ReverseAis::Work::step() {
  if (samples_) {
    if (samples_->step()) {
      start_done_ = samples_->done() * start_cost_;
    } else {
      path.start_at(*samples_);
      samples_.reset();
    }
    return true;
  }
  const Index betas = path.options().betas;
  if (chain_steps_ > 0) {
    // Past the numbers of the walk.
    path.move(1, static_cast<std::uint64_t>(betas) + static_cast<std::uint64_t>(chain_steps_));
    --chain_steps_;
    ++start_done_;
    return true;
  }
  if (k_ == 0) return false;
  const double above = path.beta(k_), now = path.beta(k_ - 1);
  --k_;
  path.walk(now, above, now, static_cast<std::uint64_t>(k_) + 1);
  return true;
}

double ReverseAis::Work::done() const {
  const auto betas = static_cast<double>(path.options().betas);
  return (start_done_ + betas - static_cast<double>(k_)) / (start_cost_ + betas);
}

ReverseAis::ReverseAis(const Rbm& rbm, const AisOptions& options, const VectorD* base_rates, const Dataset* starts)
    : ReverseAis(rbm, options, is_enumerable(rbm.shape()) ? ReverseStart::exact : ReverseStart::chains, base_rates,
                 starts) {}

ReverseAis::ReverseAis(const Rbm& rbm, const AisOptions& options, ReverseStart start, const VectorD* base_rates,
                       const Dataset* starts)
    : work_(std::make_unique<Work>(rbm, options, start, base_rates, starts)) {}
ReverseAis::ReverseAis(ReverseAis&&) noexcept = default;
ReverseAis& ReverseAis::operator=(ReverseAis&&) noexcept = default;
ReverseAis::~ReverseAis() = default;
bool ReverseAis::step() { return work_->step(); }
double ReverseAis::done() const { return work_->done(); }
ReverseStart ReverseAis::start() const { return work_->start; }
const std::vector<double>& ReverseAis::log_weights() const { return work_->path.log_weights(); }
double ReverseAis::log_z_base() const { return work_->path.log_z_base(); }
LogPartition ReverseAis::estimate() const { return estimate_from(log_weights(), log_z_base(), Direction::reverse); }

std::string disagreement(const LogPartition& forward, const LogPartition& reverse, ReverseStart start) {
  // Runs whose weights are all alike have intervals without width, which rounding alone keeps apart.
  constexpr double rounding = 1e-3, most = 1;
  const double apart = reverse.log_z - forward.log_z;
  const bool disjoint = std::max(reverse.low - forward.high, forward.low - reverse.high) > rounding;
  if (!disjoint && std::abs(apart) <= most) return {};
  const double size = std::abs(apart);
  const std::string nats = size < 1 ? math::rounded_text(size, 2) : math::shortest_text(std::round(size * 10) / 10);
  return "forward and reverse annealing disagree by " + nats + " nats" +
         (disjoint ? ", and their intervals do not meet: " : ": ") +
         (apart > 0
              ? "log Z is likely higher than the forward estimate, and a likelihood from that flatters the model. "
          : start == ReverseStart::chains
              ? "the chains that the reverse runs start from have likely not reached the model's distribution. "
              : "neither estimate is to be trusted. ") +
         "A base from which runs come to every mode helps, base rates from data or a uniform base, and more betas help "
         "where the modes are still joined on the way. More runs do not: they only narrow the intervals";
}

}  // namespace wakesleep
