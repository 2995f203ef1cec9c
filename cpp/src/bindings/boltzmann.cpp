// Boltzmann machines with connections between any units.
#include "wakesleep/boltzmann.h"

#include <string>
#include <vector>

#include "bindings/computation.h"
#include "bindings/seed.h"
#include "wakesleep/boltzmann_exact.h"
#include "wakesleep/boltzmann_training.h"

namespace wakesleep::bindings {
namespace {

using Shared = std::shared_ptr<BoltzmannMachine>;

// pairs: two numbers a connection.
Shared create(double visible, double hidden, val pairs, double seed, double weight_scale) {
  const auto numbers = vector_from<std::int32_t>(pairs);
  std::vector<Connection> connections;
  for (std::size_t i = 0; i + 1 < numbers.size(); i += 2) connections.emplace_back(numbers[i], numbers[i + 1]);
  return std::make_shared<BoltzmannMachine>(
      BoltzmannMachine::Shape{static_cast<Index>(visible), static_cast<Index>(hidden)}, connections, whole(seed),
      weight_scale);
}

val colours(const BoltzmannMachine& machine) {
  const std::vector<int> all(machine.colours().begin(), machine.colours().end());
  return labels_array(all);
}

val parameters(const BoltzmannMachine& machine) {
  val out = val::object();
  out.set("W", tensor(machine.weights()));
  out.set("b", tensor_of_column(machine.biases()));
  return out;
}
void set_parameters(BoltzmannMachine& machine, val weights, val biases) {
  machine.set_parameters(matrix_from(weights, static_cast<double>(machine.units())), float_vector_from(biases));
}
void set_weight(BoltzmannMachine& machine, int i, int j, double value) {
  machine.set_weight(i, j, static_cast<float>(value));
}
void set_bias(BoltzmannMachine& machine, int i, double value) { machine.set_bias(i, static_cast<float>(value)); }

// What is computed in slices is of the machine as it was when that began, whatever is changed meanwhile.
Shared as_it_is(const Shared& machine) { return std::make_shared<BoltzmannMachine>(*machine); }

Matrix rows_of(const val& x, Index width) {
  const ExampleRows rows = examples_from(x, static_cast<double>(width));
  return rows.read(0, rows.count());
}

void store(BoltzmannMachine& machine, val patterns) { machine.store(rows_of(patterns, machine.units())); }
val energies(const BoltzmannMachine& machine, val states) {
  return tensor_of_column(machine.energies(rows_of(states, machine.units())).cast<float>());
}

// mask and values: null for none.
BoltzmannClamp clamp_from(const val& mask, const val& values) {
  if (mask.isNull()) return {};
  return {float_vector_from(mask), values.isNull() ? Vector() : float_vector_from(values)};
}

// start: states of the chains, or null for fair coins. { states, steps, settled }
ComputationPointer start_samples(Shared machine, double chains, val start, val mask, val values, double steps,
                                 double temperature, val start_temperature, val seed) {
  BoltzmannSamplingOptions options;
  options.steps = static_cast<Index>(steps);
  options.temperature = temperature;
  if (!start_temperature.isUndefined()) options.start_temperature = start_temperature.as<double>();
  options.seed = seed_or_next(seed, *machine);
  Matrix states;
  if (start.isNull()) {
    states = fair_coins(*machine, static_cast<Index>(chains), options.seed);
  } else {
    const Matrix rows = matrix_from(start, static_cast<double>(machine->units()));
    states = rows.rows() == 1 ? Matrix(rows.replicate(static_cast<Index>(chains), 1)) : rows;
  }
  const Shared fixed = as_it_is(machine);
  return computation(fixed, BoltzmannSampling(*fixed, std::move(states), clamp_from(mask, values), options),
                     [](const BoltzmannSampling& ended) {
                       val out = val::object();
                       out.set("states", tensor(ended.states()));
                       out.set("steps", static_cast<double>(ended.steps_taken()));
                       out.set("settled", ended.settled());
                       return out;
                     });
}

// { means, bound, steps, change }
ComputationPointer start_mean_field(Shared machine, val mask, val values, double steps, double tolerance,
                                    double temperature) {
  const BoltzmannMeanFieldOptions options{static_cast<Index>(steps), tolerance, temperature};
  const Shared fixed = as_it_is(machine);
  return computation(fixed, BoltzmannMeanField(*fixed, clamp_from(mask, values), options),
                     [](const BoltzmannMeanField& ended) {
                       val out = val::object();
                       out.set("means", tensor_of_column(ended.means().cast<float>()));
                       out.set("bound", ended.bound());
                       out.set("steps", static_cast<double>(ended.steps_taken()));
                       out.set("change", ended.change());
                       return out;
                     });
}

// { logZ, means, moments }
ComputationPointer start_sums(Shared machine, val mask, val values, double temperature) {
  const Shared fixed = as_it_is(machine);
  return computation(fixed, BoltzmannSums(*fixed, clamp_from(mask, values), temperature),
                     [](const BoltzmannSums& ended) {
                       val out = val::object();
                       out.set("logZ", ended.log_z());
                       out.set("means", tensor_of_column(ended.means().cast<float>()));
                       out.set("moments", tensor(ended.moments().cast<float>()));
                       return out;
                     });
}

val probabilities(const BoltzmannMachine& machine, val mask, val values, double temperature) {
  return tensor_of_column(boltzmann_probabilities(machine, clamp_from(mask, values), temperature).cast<float>());
}

// start: null for fair coins. { distances, autocorrelations, times }
ComputationPointer start_mixing(Shared machine, val start, val mask, val values, double steps, double temperature) {
  const Vector from = start.isNull() ? Vector() : float_vector_from(start);
  const Shared fixed = as_it_is(machine);
  return computation(fixed,
                     BoltzmannMixing(*fixed, from, clamp_from(mask, values), {static_cast<Index>(steps), temperature}),
                     [](const BoltzmannMixing& ended) {
                       val out = val::object();
                       out.set("distances", tensor_of_column(ended.distances().cast<float>()));
                       out.set("autocorrelations", tensor(ended.autocorrelations().cast<float>()));
                       out.set("times", tensor_of_column(ended.times().cast<float>()));
                       return out;
                     });
}

ComputationPointer start_scores(Shared machine, val x) {
  const Shared fixed = as_it_is(machine);
  return computation(
      fixed, BoltzmannLikelihood(*fixed, rows_of(x, machine->visible())),
      [](const BoltzmannLikelihood& ended) { return tensor_of_column(ended.log_likelihood().cast<float>()); });
}

// { steps, objective? }: those taken in all.
ComputationPointer start_training(Shared machine, val x, const std::string& method, val given) {
  BoltzmannTrainingOptions options;
  options.method = method == "cd"      ? BoltzmannMethod::cd
                   : method == "pcd"   ? BoltzmannMethod::pcd
                   : method == "exact" ? BoltzmannMethod::exact
                                       : BoltzmannMethod::pseudo_likelihood;
  const auto number_of = [&](const char* name) { return given[name].as<double>(); };
  options.steps = static_cast<Index>(number_of("steps"));
  options.learning_rate = number_of("learningRate");
  options.weight_decay = number_of("weightDecay");
  options.k = static_cast<Index>(number_of("k"));
  options.clamped_steps = static_cast<Index>(number_of("clampedSteps"));
  options.chains = static_cast<Index>(number_of("chains"));
  if (!given["seed"].isUndefined()) options.seed = whole(number_of("seed"));
  return computation(machine, BoltzmannTraining(*machine, rows_of(x, machine->visible()), options),
                     [machine](const BoltzmannTraining& ended) {
                       val out = val::object();
                       out.set("steps", number(machine->training_state().steps));
                       if (ended.objective()) out.set("objective", *ended.objective());
                       return out;
                     });
}

}  // namespace

EMSCRIPTEN_BINDINGS(wakesleep_boltzmann) {
  emscripten::class_<BoltzmannMachine>("Boltzmann")
      .smart_ptr<Shared>("SharedBoltzmann")
      .class_function("create", &guard<create>::call)
      .function("colours", &guard<colours>::call)
      .function("parameters", &guard<parameters>::call)
      .function("setParameters", &guard<set_parameters>::call)
      .function("setWeight", &guard<set_weight>::call)
      .function("setBias", &guard<set_bias>::call)
      .function("store", &guard<store>::call)
      .function("energies", &guard<energies>::call)
      .function("sample", &guard<start_samples>::call)
      .function("meanField", &guard<start_mean_field>::call)
      .function("exact", &guard<start_sums>::call)
      .function("probabilities", &guard<probabilities>::call)
      .function("mixing", &guard<start_mixing>::call)
      .function("scoreSamples", &guard<start_scores>::call)
      .function("train", &guard<start_training>::call);
}

}  // namespace wakesleep::bindings
