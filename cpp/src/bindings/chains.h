// Gibbs chains of an RBM, of a DBN's top with the images that they dream of, or of a DBM: one face for all.
#pragma once

#include <memory>
#include <optional>

#include "bindings/bindings.h"
#include "wakesleep/dbm.h"
#include "wakesleep/dbn.h"
#include "wakesleep/gibbs.h"

namespace wakesleep::bindings {

struct ChainsHandle {
  std::shared_ptr<Rbm> rbm;
  std::shared_ptr<Dbn> dbn;
  std::shared_ptr<Dbm> dbm;
  std::optional<GibbsChains> plain;
  std::optional<DbnChains> deep;
  std::optional<DbmChains> boltzmann;

  GibbsChains& gibbs() { return deep ? deep->top() : *plain; }
  // f(the chains), whichever they are.
  template <class F>
  auto with(F&& f) {
    return boltzmann ? f(*boltzmann) : f(gibbs());
  }
  const Rbm& machine() const { return dbn ? dbn->top() : *rbm; }
};

}  // namespace wakesleep::bindings
