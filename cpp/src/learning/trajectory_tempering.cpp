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

// Of some rows more; whether those were the last.
bool TrajectoryTempering::energies_of(const Rbm& rbm, const LayerStates& v, StateFreeEnergies& out) {
  const math::RowRange some = StateFreeEnergies::next_rows(row_, rbm, v);
  out.of_visible(some, rbm, v);
  row_ += some.count;
  if (row_ < v.rows()) return false;
  row_ = 0;
  return true;
}

// A slice; false when nothing was left to do.
bool TrajectoryTempering::load(const LadderState& ladder) {
  switch (loaded_) {
    case Loaded::nothing:
      if (!last_) last_.emplace(rbm_->shape(), rbm_->seed(), rbm_->parameters());
      read_rung(ladder, ladder.count() - 1, *last_);
      drawn_under_ = ladder.free_energies.cast<double>();
      row_ = 0;
      loaded_ = Loaded::machine;
      return true;
    case Loaded::machine:
      if (!energies_of(*last_, ladder.reservoir, of_samples_)) return true;
      reservoir_free_energies_ = of_samples_.values();
      loaded_ = Loaded::reservoir;
      return true;
    case Loaded::reservoir:
      if (!energies_of(*last_, ladder.samples, of_samples_)) return true;
      samples_free_energies_ = of_samples_.values();
      loaded_ = Loaded::all;
      return true;
    case Loaded::all:
      return false;
  }
  return false;
}

void TrajectoryTempering::begin_proposal(std::uint64_t step) {
  LadderState& ladder = state();
  exchange_.begin_proposal(*rbm_, *last_, ladder.chains, {&ladder.reservoir, &reservoir_free_energies_}, options_->seed,
                           step);
  inputs_are_new_ = true;
}

// Once it is known which exchanges are proposed.
void TrajectoryTempering::find_due(std::uint64_t step) {
  acceptance_ = exchange_.acceptance(drawn_under_);
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
  if (due_ != Due::ladder && !fits()) {
    due_ = Due::ladder;
    begin_building();
    return true;
  }
  switch (due_) {
    case Due::unknown:
      if (load(state())) return true;
      begin_proposal(step);
      due_ = Due::being_found;
      return true;
    case Due::being_found:
      if (!exchange_.step_proposal()) find_due(step);
      return true;
    case Due::ladder:
      return build(step);
    case Due::rung:
      if (new_rung_.step()) return true;
      if (new_rung_.failed()) due_ = Due::refusal;
      return false;
    case Due::nothing:
    case Due::refusal:
      return false;
  }
  return false;
}

void TrajectoryTempering::begin_building() {
  loaded_ = Loaded::nothing;
  Rbm without(rbm_->shape(), rbm_->seed(), rbm_->parameters());
  without.mutable_W().setZero();
  building_.emplace(Building{.ladder = {}, .next = without});
  append_rung(without, log_z_without_weights(without), 0, 1, 0, building_->ladder);
  new_rung_.clear();
  row_ = 0;
}

// Some rows more of what the ladder begins with, exact samples of the machine without weights; false when nothing was
// left to do.
bool TrajectoryTempering::begin_ladder(std::uint64_t step) {
  Building& b = *building_;
  LadderState& ladder = b.ladder;
  LayerStates* const populations[] = {&ladder.samples, &ladder.chains, &ladder.reservoir};
  constexpr int all = 3;
  if (b.populations > all) return false;
  if (b.populations == all) {
    if (!energies_of(b.next, ladder.chains, of_chains_)) return true;
    ladder.free_energies = of_chains_.values().cast<float>();
    ladder.counts = Vector::Zero(count);
    ++b.populations;
    return true;
  }
  const Index rows = chain_count() * (b.populations == 1 ? 1 : options_->reservoir);
  const Layer v = visible_layer(b.next), h = hidden_layer(b.next);
  // A state that is drawn takes as long as many additions.
  const math::RowRange some = math::next_rows(
      row_, rows, h.binary(), static_cast<double>(b.next.W().size()) + 120 * static_cast<double>(b.next.width()));
  LayerStates none, drawn;
  none.resize(h.binary(), some.count, b.next.hidden());
  for (Index i = 0; !none.binary && i < none.real.size(); ++i) none.real.data()[i] = 0;
  const auto number = static_cast<std::uint64_t>(b.populations) + 1;
  sampler_.draw(
      v, h, none, {b.next.W(), true},
      {1,
       &drawn,
       {seed_of(options_->seed, step, number), Stream::ladder_visible, 0, static_cast<std::uint32_t>(some.first)}});
  LayerStates& states = *populations[b.populations];
  states.shape(drawn.binary, rows, drawn.cols());
  drawn.put_rows(states, some.first);
  row_ += some.count;
  if (row_ < rows) return true;
  row_ = 0;
  ++b.populations;
  return true;
}

bool TrajectoryTempering::build(std::uint64_t step) {
  Building& b = *building_;
  if (begin_ladder(step)) return true;
  if (b.scale >= 1) return false;
  if (load(b.ladder)) return true;
  if (b.proposes) {
    if (exchange_.step_proposal()) return true;
    b.proposes = false;
    if (exchange_.acceptance(drawn_under_) < easy_acceptance) {
      b.stride /= 2;
    } else {
      new_rung_.begin(b.next, *last_, b.ladder.chains, b.ladder.samples, samples_free_energies_, options_->k,
                      options_->least_acceptance, seed_of(options_->seed, step, 4 + b.rungs_tried++));
    }
    return true;
  }
  if (new_rung_.step()) return true;
  if (new_rung_.complete()) {
    b.scale += b.stride;
    if (b.scale > 1 - least_stride) b.scale = 1;
    b.stride = std::min(1.5 * b.stride, 1 - b.scale);
    add_rung(b.ladder);
    new_rung_.clear();
    return true;
  }
  if (new_rung_.failed()) b.stride /= 2;
  new_rung_.clear();
  if (b.stride < least_stride)
    throw Error(ErrorCode::diverged,
                "no ladder leads from W = 0 to this model: even short steps leave too few swaps accepted");
  const double scale = std::min(1.0, b.scale + b.stride);
  b.next.mutable_W() = rbm_->W() * static_cast<float>(scale);
  exchange_.begin_proposal(b.next, *last_, b.ladder.chains, {&b.ladder.reservoir, &reservoir_free_energies_},
                           options_->seed, step);
  b.proposes = true;
  return true;
}

// With what is known of it.
void TrajectoryTempering::add_rung(LadderState& ladder) {
  append_rung(new_rung_.model(), new_rung_.ratio().log_ratio, new_rung_.ratio().variance, new_rung_.acceptance(),
              new_rung_.relaxation(), ladder);
  thin(options_->rungs, ladder);
  ladder.samples = new_rung_.samples();
  ladder.reservoir = new_rung_.samples_to_learn_from();
  ladder.chains = new_rung_.chains();
  ladder.free_energies = new_rung_.chain_free_energies().cast<float>();
  ladder.counts[since_rung] = 0;
  read_rung(ladder, ladder.count() - 1, *last_);
  samples_free_energies_ = new_rung_.sample_free_energies();
  reservoir_free_energies_ = new_rung_.free_energies_to_learn_from();
  drawn_under_ = ladder.free_energies.cast<double>();
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
  reservoir_free_energies_ = samples_free_energies_;
  drawn_under_ = ladder.free_energies.cast<double>();
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
  begin_proposal(step);
  while (exchange_.step_proposal()) {
  }
  acceptance_ = exchange_.acceptance(drawn_under_);
  due_ = Due::nothing;
  return due == Due::refusal;
}

double TrajectoryTempering::rate_scale() const {
  return state().counts.size() ? std::ldexp(1, -static_cast<int>(state().counts[halvings])) : 1;
}

void TrajectoryTempering::begin(const Phase& positive, const BitMatrix*, const GibbsSteps& steps) {
  const LadderState& ladder = state();
  steps_ = steps;
  stage_ = Stage::swap;
  next_reservoir_ = ladder.reservoir;
  next_reservoir_free_energies_ = reservoir_free_energies_;
  negative_.of_means = positive.of_means;
  negative_.total = positive.weight_of_all();
  negative_.v = ladder.chains;
  given_ = false;
}

void TrajectoryTempering::begin_move() {
  const std::uint64_t seed = options_->seed, place = steps_.of_step(step_);
  // A batch that is begun anew finds the inputs of the chains' hidden units changed.
  exchange_.begin_move(*rbm_, negative_.v, step_ == 0 && std::exchange(inputs_are_new_, false),
                       {seed, Stream::hidden, place}, {seed, Stream::visible, place});
}

bool TrajectoryTempering::step() {
  const std::uint64_t at = rbm_->training_state().step, seed = options_->seed;
  LayerStates& v = negative_.v;
  switch (stage_) {
    case Stage::swap:
      accepted_ = exchange_.swap(v, {&next_reservoir_, &next_reservoir_free_energies_}, seed, at);
      step_ = 0;
      begin_move();
      stage_ = Stage::move;
      return true;
    case Stage::move:
      if (exchange_.step_move()) return true;
      if (++step_ < steps_.k) {
        begin_move();
      } else {
        row_ = 0;
        stage_ = Stage::free_energies;
      }
      return true;
    case Stage::free_energies:
      if (energies_of(*rbm_, v, of_negative_)) stage_ = Stage::hidden;
      return true;
    case Stage::hidden: {
      const Layer hidden = hidden_layer(*rbm_);
      LayerDraw draw;
      if (negative_.of_means) {
        negative_.h.resize(v.rows(), rbm_->hidden());
        draw.means = negative_.h.data();
        draw.means_stride = rbm_->hidden();
        draw.mean_rows = v.rows();
      } else {
        draw.states = &negative_.h_states;
        draw.place = {seed, Stream::ladder_hidden, at};
      }
      // A mean or a state takes as long as many multiplications.
      const math::RowRange some = math::next_rows(row_, v.rows(), false, 100 * static_cast<double>(rbm_->hidden()));
      of_negative_.draw_from_inputs(some, hidden, draw);
      row_ += some.count;
      if (row_ == v.rows()) stage_ = Stage::over;
      return true;
    }
    case Stage::over:
      return false;
  }
  return false;
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
  if (loaded_ != Loaded::all || !fits()) return std::nullopt;
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
