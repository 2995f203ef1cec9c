#include "learning/trajectory_tempering.h"

#include <algorithm>
#include <cmath>

#include "math/scalar.h"
#include "models/ladder.h"
#include "units/unit_type.h"
#include "wakesleep/errors.h"

namespace wakesleep {
namespace {

constexpr double easy_acceptance = 0.5;  // of a step of a ladder that is being built
// How old an estimate may be, in batches.
std::uint64_t most_age(std::uint64_t step) { return std::min<std::uint64_t>(50, 1 + step / 20); }
constexpr double least_stride = 1e-6;
constexpr float most_refusals = 30;  // in a row
constexpr float calm = 500;          // batches without a refusal, after which the learning rate doubles again
enum Counts : Index { since_rung, refused_in_a_row, refused, halvings, since_refusal, count };

std::uint64_t seed_of(std::uint64_t seed, std::uint64_t step, std::uint64_t number) {
  const auto words = math::words_at({seed, Stream::ladder_seed, step}, static_cast<std::uint32_t>(number), 0);
  return std::uint64_t{words[1]} << 32 | words[0];
}

}  // namespace

std::string TrajectoryTempering::why_not(const RbmShape& shape) {
  for (const Units& units : {shape.visible_units, shape.hidden_units}) {
    const units::Type& type = units::type_of(units.type);
    if (!type.has_energy())
      return std::string("ptt exchanges chains by their free energies, and ") + type.name() + " units have no energy";
    if (type.documents())
      return std::string("ptt has one log Z, and with ") + type.name() +
             " units every length of a document has its own";
  }
  return {};
}

// Whether the ladder is one for these options: it stays with the model, and those may have changed.
bool TrajectoryTempering::fits() const {
  const LadderState& ladder = state();
  const auto of_width = [&](const LayerStates& v, Index rows) { return v.rows() == rows && v.cols() == rbm_->width(); };
  const Index chains = chain_count(), samples = chains * options_->reservoir;
  return ladder.count() > 0 && of_width(ladder.chains, chains) && of_width(ladder.samples, samples) &&
         of_width(ladder.reservoir, samples) && ladder.free_energies.size() == chains && ladder.counts.size() == count;
}

void TrajectoryTempering::load(const LadderState& ladder) {
  if (!last_) last_.emplace(rbm_->shape(), rbm_->seed(), rbm_->parameters());
  read_rung(ladder, ladder.count() - 1, *last_);
  of_samples_.of_visible(*last_, ladder.reservoir);
  reservoir_free_energies_ = of_samples_.values();
  of_samples_.of_visible(*last_, ladder.samples);
  samples_free_energies_ = of_samples_.values();
  drawn_under_ = ladder.free_energies.cast<double>();
  loaded_ = true;
}

void TrajectoryTempering::propose(std::uint64_t step) {
  LadderState& ladder = state();
  exchange_.propose(*rbm_, *last_, ladder.chains, {&ladder.reservoir, &reservoir_free_energies_}, options_->seed, step);
  acceptance_ = exchange_.acceptance(drawn_under_);
}

void TrajectoryTempering::decide(std::uint64_t step) {
  if (!loaded_) load(state());
  propose(step);
  if (acceptance_ >= options_->rung_acceptance) {
    due_ = Due::nothing;
  } else if (!(acceptance_ >= options_->least_acceptance) || state().counts[since_rung] <= 1) {
    due_ = Due::refusal;
  } else {
    due_ = Due::rung;
    new_rung_.begin(*rbm_, *last_, state().chains, state().samples, samples_free_energies_, options_->k,
                    options_->least_acceptance, seed_of(options_->seed, step, 0));
  }
}

bool TrajectoryTempering::prepare(std::uint64_t step) {
  if (due_ != Due::ladder && !fits()) due_ = Due::unknown;
  if (due_ == Due::unknown) {
    if (fits()) {
      decide(step);
    } else {
      due_ = Due::ladder;
      begin_building(step);
    }
    return true;
  }
  if (due_ == Due::ladder) return build(step);
  if (due_ != Due::rung || new_rung_.step()) return due_ == Due::rung;
  if (new_rung_.failed()) due_ = Due::refusal;
  return false;
}

void TrajectoryTempering::begin_building(std::uint64_t step) {
  loaded_ = false;
  Rbm without(rbm_->shape(), rbm_->seed(), rbm_->parameters());
  without.mutable_W().setZero();
  building_.emplace(Building{.ladder = {}, .next = without});
  LadderState& ladder = building_->ladder;
  append_rung(without, log_z_without_weights(without), 0, 1, 0, ladder);
  const Layer v = visible_layer(without), h = hidden_layer(without);
  const auto exact = [&](Index rows, std::uint64_t number, LayerStates& states) {
    LayerStates none;
    none.resize(h.binary(), rows, without.hidden());
    for (Index r = 0; !none.binary && r < none.real.size(); ++r) none.real.data()[r] = 0;
    sampler_.draw(v, h, none, {without.W(), true},
                  {1, &states, {seed_of(options_->seed, step, number), Stream::ladder_visible, 0}});
  };
  exact(chain_count() * options_->reservoir, 1, ladder.samples);
  exact(chain_count(), 2, ladder.chains);
  exact(chain_count() * options_->reservoir, 3, ladder.reservoir);
  of_chains_.of_visible(without, ladder.chains);
  ladder.free_energies = of_chains_.values().cast<float>();
  ladder.counts = Vector::Zero(count);
  new_rung_.clear();
}

bool TrajectoryTempering::build(std::uint64_t step) {
  Building& b = *building_;
  if (b.scale >= 1) return false;
  if (!loaded_) {
    load(b.ladder);
    return true;
  }
  if (new_rung_.step()) return true;
  if (new_rung_.complete()) {
    b.scale += b.stride;
    if (b.scale > 1 - least_stride) b.scale = 1;
    b.stride = std::min(1.5 * b.stride, 1 - b.scale);
    add_rung(b.ladder);
    new_rung_.clear();
    loaded_ = false;
    return true;
  }
  if (new_rung_.failed()) b.stride /= 2;
  if (b.stride < least_stride)
    throw Error(ErrorCode::diverged,
                "no ladder leads from W = 0 to this model: even short steps leave too few swaps accepted");
  const double scale = std::min(1.0, b.scale + b.stride);
  b.next.mutable_W() = rbm_->W() * static_cast<float>(scale);
  exchange_.propose(b.next, *last_, b.ladder.chains, {&b.ladder.reservoir, &reservoir_free_energies_}, options_->seed,
                    step);
  new_rung_.clear();
  if (exchange_.acceptance(drawn_under_) < easy_acceptance) {
    b.stride /= 2;
  } else {
    new_rung_.begin(b.next, *last_, b.ladder.chains, b.ladder.samples, samples_free_energies_, options_->k,
                    options_->least_acceptance, seed_of(options_->seed, step, 4 + b.rungs_tried++));
  }
  return true;
}

void TrajectoryTempering::add_rung(LadderState& ladder) const {
  append_rung(new_rung_.model(), new_rung_.ratio().log_ratio, new_rung_.ratio().variance, new_rung_.acceptance(),
              new_rung_.relaxation(), ladder);
  thin(options_->rungs, ladder);
  ladder.samples = new_rung_.samples();
  ladder.reservoir = new_rung_.samples_to_learn_from();
  ladder.chains = new_rung_.chains();
  ladder.free_energies = new_rung_.chain_free_energies().cast<float>();
  ladder.counts[since_rung] = 0;
}

void TrajectoryTempering::refuse() {
  LadderState& ladder = state();
  ++ladder.counts[refused_in_a_row];
  ++ladder.counts[refused];
  ++ladder.counts[halvings];
  ladder.counts[since_refusal] = 0;
  ladder.counts[since_rung] = 0;
  read_rung(ladder, ladder.count() - 1, *rbm_);
  ladder.reservoir = ladder.samples;
  // Samples are in no order, and every reservoir-th is as good as any.
  for (Index r = 0; r < ladder.chains.rows(); ++r) {
    ladder.chains.copy_row(ladder.samples, r * options_->reservoir, r);
    ladder.free_energies[r] = static_cast<float>(samples_free_energies_[r * options_->reservoir]);
  }
  if (ladder.counts[refused_in_a_row] > most_refusals)
    throw Error(ErrorCode::diverged, "ptt lost equilibrium: more than " +
                                         std::to_string(static_cast<int>(most_refusals)) +
                                         " updates in a row were refused, and each has halved the learning rate. The "
                                         "parameters are those of the last rung");
}

bool TrajectoryTempering::settle(std::uint64_t step) {
  while (prepare(step)) {
  }
  const Due due = due_;
  if (due == Due::nothing) return false;
  if (due == Due::ladder) {
    state() = std::move(building_->ladder);
    building_.reset();
  }
  if (due == Due::rung) add_rung(state());
  if (due == Due::refusal) refuse();
  load(state());
  propose(step);
  due_ = Due::nothing;
  return due == Due::refusal;
}

double TrajectoryTempering::rate_scale() const {
  return state().counts.size() ? std::ldexp(1, -static_cast<int>(state().counts[halvings])) : 1;
}

void TrajectoryTempering::begin(const Phase& positive, const BitMatrix*, const GibbsSteps& steps) {
  const LadderState& ladder = state();
  steps_ = steps;
  step_ = 0;
  next_reservoir_ = ladder.reservoir;
  next_reservoir_free_energies_ = reservoir_free_energies_;
  negative_.of_means = positive.of_means;
  negative_.total = positive.weight_of_all();
  negative_.v = ladder.chains;
  given_ = false;
}

// The swaps and the first Gibbs step, or another one, or the hidden units.
bool TrajectoryTempering::step() {
  if (step_ > steps_.k) return false;
  const std::uint64_t at = rbm_->training_state().step, seed = options_->seed;
  LayerStates& v = negative_.v;
  if (step_ == 0) accepted_ = exchange_.swap(v, {&next_reservoir_, &next_reservoir_free_energies_}, seed, at);
  if (step_ < steps_.k) {
    const std::uint64_t place = steps_.of_step(step_);
    exchange_.move(*rbm_, v, step_ == 0, {seed, Stream::hidden, place}, {seed, Stream::visible, place});
    ++step_;
    return true;
  }
  ++step_;
  of_negative_.of_visible(*rbm_, v);
  LayerDraw draw;
  if (negative_.of_means) {
    negative_.h.resize(v.rows(), rbm_->hidden());
    draw.means = negative_.h.data();
    draw.means_stride = rbm_->hidden();
    draw.mean_rows = v.rows();
  } else {
    negative_.h_states.resize(hidden_layer(*rbm_).binary(), v.rows(), rbm_->hidden());
    draw.states = &negative_.h_states;
    draw.place = {seed, Stream::ladder_hidden, at};
  }
  sampler_.draw_from(hidden_layer(*rbm_), of_negative_.inputs(), draw);
  return true;
}

void TrajectoryTempering::end() {
  LadderState& ladder = state();
  swap_rate_ = static_cast<double>(accepted_) / static_cast<double>(ladder.chains.rows());
  std::swap(ladder.reservoir, next_reservoir_);
  std::swap(reservoir_free_energies_, next_reservoir_free_energies_);
  ladder.chains = negative_.v;
  // As a file has them.
  ladder.free_energies = of_negative_.values().cast<float>();
  drawn_under_ = ladder.free_energies.cast<double>();
  if (ladder.counts[since_rung] < 2) ++ladder.counts[since_rung];
  ladder.counts[refused_in_a_row] = 0;
  if (ladder.counts[halvings] > 0 && ++ladder.counts[since_refusal] == calm) {
    --ladder.counts[halvings];
    ladder.counts[since_refusal] = 0;
  }
  due_ = Due::unknown;
}

const Phase* TrajectoryTempering::next() { return std::exchange(given_, true) ? nullptr : &negative_; }

std::optional<LadderStatistics> TrajectoryTempering::ladder(bool fresh) const {
  if (!loaded_ || !fits()) return std::nullopt;
  const LadderState& ladder = state();
  const std::uint64_t step = rbm_->training_state().step;
  // The estimate takes the free energies of the whole reservoir, as much as several batches.
  if (!estimate_ || step - estimate_->step >= (fresh ? 1 : most_age(step))) {
    of_samples_.of_visible(*rbm_, ladder.samples);
    const VectorD up = of_samples_.values() - samples_free_energies_;
    of_samples_.of_visible(*rbm_, ladder.chains);
    of_chains_.of_visible(*last_, ladder.chains);
    const VectorD down = of_chains_.values() - of_samples_.values(), weights = drawn_under_ - of_samples_.values();
    const BennettRatio ratio = bennett_ratio(up, down, &weights);
    estimate_ = {step, ladder_log_z(ladder) + ratio.log_ratio, std::sqrt(ladder_variance(ladder) + ratio.variance)};
  }
  return LadderStatistics{.rungs = ladder.count(),
                          .acceptance = acceptance_,
                          .relaxation = static_cast<double>(ladder.relaxations[ladder.count() - 1]),
                          .refused = static_cast<std::uint64_t>(ladder.counts[refused]),
                          .log_z = estimate_->log_z,
                          .log_z_error = estimate_->error};
}

}  // namespace wakesleep
