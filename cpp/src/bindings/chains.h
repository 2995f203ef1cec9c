// Gibbs chains of a model, which live at least as long as what steps them.
#pragma once

#include <memory>

#include "bindings/computation.h"
#include "bindings/units.h"
#include "wakesleep/chains.h"

namespace wakesleep::bindings {

struct ChainsHandle {
  std::shared_ptr<void> model;
  Chains chains;
};

// words: as words_from takes them.
template <class M>
std::shared_ptr<ChainsHandle> start_chains(std::shared_ptr<M> model, double count, double seed, val words) {
  const auto chains = static_cast<Index>(count);
  const Index length = words_from(words, *model).value_or(0);
  if constexpr (requires { Chains(*model, chains, whole(seed), length, 0); })
    return std::make_shared<ChainsHandle>(ChainsHandle{model, Chains(*model, chains, whole(seed), length)});
  else
    return std::make_shared<ChainsHandle>(ChainsHandle{model, Chains(*model, chains, whole(seed))});
}

template <class M>
std::unique_ptr<Computation> start_reconstruction(std::shared_ptr<M> model, val x, double steps, double seed,
                                                  double temperature) {
  const ReconstructionOptions options{static_cast<Index>(steps), whole(seed), temperature};
  RowMap rows = reconstructions(*model, examples_from(x, static_cast<double>(model->visible())), options);
  return computation(std::move(model), std::move(rows), only_tensor);
}

}  // namespace wakesleep::bindings
