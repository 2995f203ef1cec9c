#include "likelihood.h"

#include <stdexcept>

#include "wakesleep/ais.h"

namespace wakesleep::bench {
namespace {

constexpr Index batch_size = 100, temperatures = 10, top = 1000;

TrainingOptions options(Method method, Index chains) {
  TrainingOptions out;
  out.epochs = 1'000'000;
  out.batch_size = batch_size;
  out.learning_rate = 0.05;
  out.momentum = 0;
  out.visible_bias_from_data = false;
  out.method = method;
  out.chains = chains;
  out.temperatures = temperatures;
  return out;
}

}  // namespace

Likelihood::Likelihood(const Rbm& rbm, const Dataset& data)
    : rbm_(&rbm),
      persistent_(rbm),
      tempered_(rbm),
      pcd_(train(persistent_, data, options(Method::pcd, batch_size))),
      tempering_(train(tempered_, data, options(Method::pt, batch_size / temperatures))),
      chains_(rbm, batch_size, 1),
      dbm_({rbm.visible(), rbm.hidden(), top}, 0),
      images_(data.rows(0, batch_size)) {}

void Likelihood::run(const std::string& work, int times) {
  if (work == "ais") return anneal(times);
  if (work == "mean-field") return infer(times);
  if (work == "dreams") return chains_.step(times);
  if (work != "pcd" && work != "tempering") throw std::runtime_error("unknown work " + work);
  for (int i = 0; i < times; ++i) (work == "pcd" ? pcd_ : tempering_)->step();
}

void Likelihood::anneal(int betas) {
  AisOptions options;
  options.runs = batch_size;
  options.betas = betas;
  AisLogPartition annealing(*rbm_, options);
  while (annealing.step()) {
  }
}

void Likelihood::infer(int iterations) {
  MeanFieldOptions options;
  options.iterations = iterations;
  options.tolerance = 0;
  dbm_.mean_field(view(images_), options);
}

}  // namespace wakesleep::bench
