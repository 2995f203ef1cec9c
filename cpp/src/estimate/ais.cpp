#include "wakesleep/ais.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>

#include "estimate/adaptive_betas.h"
#include "estimate/ais_path.h"
#include "estimate/annealed_runs.h"
#include "estimate/annealing.h"
#include "estimate/enumerable.h"
#include "math/decimal.h"
#include "models/layer.h"

namespace wakesleep {
namespace {

PathGroups<AisPath> paths(const Rbm& rbm, const AisOptions& options, const VectorD* base_rates, Stream hidden,
                          Stream visible) {
  check(options, base_rates);
  return {options, AisPath::cost(rbm), [&](const AisOptions& of_group, Index first) {
            return AisPath(rbm, of_group, base_rates, hidden, visible, first);
          }};
}

// Comes before the runs where their betas are spaced by equal progress, and tells them to the path; else nothing.
class FirstPass {
 public:
  FirstPass(const Rbm& rbm, const AisOptions& options, const VectorD* base_rates) {
    if (!adapts(options)) return;
    running_.emplace(rbm, options, base_rates);
    steps_ = static_cast<double>(running_->steps());
  }
  bool step(PathGroups<AisPath>& path) {
    if (!running_) return false;
    if (!running_->step()) {
      path.set_betas(running_->betas());
      running_.reset();
    }
    return true;
  }
  // The share of all, when `runs` is that of the runs over so many betas.
  double done(double runs, Index betas) const {
    const double first = running_ ? static_cast<double>(running_->done()) : steps_;
    return (first + runs * static_cast<double>(betas)) / (steps_ + static_cast<double>(betas));
  }

 private:
  std::optional<AdaptiveBetas> running_;
  double steps_ = 0;
};

}  // namespace

class AisLogPartition::Work : public ForwardRuns<AisPath> {
 public:
  Work(const Rbm& rbm, const AisOptions& options, const VectorD* base_rates)
      : ForwardRuns(paths(rbm, options, base_rates, Stream::chain_hidden, Stream::chain_visible)),
        first_(rbm, options, base_rates) {}
  bool step() { return first_.step(path) || ForwardRuns::step(); }
  double done() const { return first_.done(ForwardRuns::done(), path.options().betas); }

 private:
  FirstPass first_;
};

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

class ReverseAis::Work : public ReverseRuns<AisPath> {
 public:
  Work(const Rbm& rbm, const AisOptions& options, ReverseStart from, const VectorD* base_rates, const Dataset* starts)
      : ReverseRuns(from, paths(rbm, options, base_rates, Stream::reverse_hidden, Stream::reverse_visible)),
        first_(rbm, options, base_rates) {
    if (starts) x_ = starts_of_chains(*starts, options.runs, rbm.visible());
    if (start == ReverseStart::exact) {
      draw_exactly(rbm, options.words.value_or(0));
      return;
    }
    run_chains();
    if (!starts) return;
    const Layer v = visible_layer(rbm);
    v.type->check_values("the data set that chains start at", v.side, view(x_));
    path.start_by(
        [this](AisPath& group, Index of) { group.start_at(Matrix(x_.middleRows(of, group.options().runs))); });
  }
  bool step() { return first_.step(path) || ReverseRuns::step(); }
  double done() const { return first_.done(ReverseRuns::done(), path.options().betas); }

 private:
  FirstPass first_;
  Matrix x_;  // where chains start
};

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
