// Gibbs chains of an RBM, or of a DBN's top with the images that they dream of: one face for both.
#pragma once

#include <memory>
#include <optional>

#include "bindings/bindings.h"
#include "wakesleep/dbn.h"
#include "wakesleep/gibbs.h"

namespace wakesleep::bindings {

struct ChainsHandle {
  std::shared_ptr<Rbm> rbm;
  std::shared_ptr<Dbn> dbn;
  std::optional<GibbsChains> plain;
  std::optional<DbnChains> deep;

  GibbsChains& gibbs() { return deep ? deep->top() : *plain; }
  const Rbm& machine() const { return dbn ? dbn->top() : *rbm; }
};

}  // namespace wakesleep::bindings
