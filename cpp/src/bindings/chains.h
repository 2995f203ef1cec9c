// Gibbs chains of a model, which live at least as long as what steps them.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <type_traits>

#include "bindings/computation.h"
#include "bindings/seed.h"
#include "bindings/units.h"
#include "wakesleep/chains.h"

namespace wakesleep::bindings {

struct ChainsHandle {
  std::shared_ptr<void> model;
  Chains chains;
};

// Chains that are exchanged with others: "ladder" of an RBM, "stacked" of a DBN.
template <class M>
std::shared_ptr<ChainsHandle> start_tempered(std::shared_ptr<M> model, Index chains, const val& seed,
                                             const std::string& tempering) {
  if constexpr (std::is_same_v<M, Rbm>)
    if (tempering == "ladder") {
      const std::uint64_t from = seed_or_next(seed, *model);
      return std::make_shared<ChainsHandle>(ChainsHandle{model, Chains::on_ladder(*model, chains, from)});
    }
  if constexpr (std::is_same_v<M, Dbn>)
    if (tempering == "stacked") {
      const std::uint64_t from = seed_or_next(seed, *model);
      return std::make_shared<ChainsHandle>(ChainsHandle{model, Chains::stacked(*model, chains, from)});
    }
  throw std::invalid_argument("tempering must be 'ladder' (of an RBM) or 'stacked' (of a DBN), not '" + tempering +
                              "'");
}

// words: as words_from takes them. tempering: undefined, or as above.
template <class M>
std::shared_ptr<ChainsHandle> start_chains(std::shared_ptr<M> model, double count, val seed, val words, val tempering) {
  const auto chains = static_cast<Index>(count);
  if (!tempering.isUndefined()) return start_tempered(std::move(model), chains, seed, tempering.as<std::string>());
  const Index length = words_from(words, *model).value_or(0);
  const std::uint64_t from = seed_or_next(seed, *model);
  if constexpr (requires { Chains(*model, chains, from, length, 0); })
    return std::make_shared<ChainsHandle>(ChainsHandle{model, Chains(*model, chains, from, length)});
  else
    return std::make_shared<ChainsHandle>(ChainsHandle{model, Chains(*model, chains, from)});
}

template <class M>
ComputationPointer start_reconstruction(std::shared_ptr<M> model, val x, double steps, val seed, double temperature) {
  const ReconstructionOptions options{static_cast<Index>(steps), seed_or_next(seed, *model), temperature};
  RowMap rows = reconstructions(*model, examples_from(x, static_cast<double>(model->visible())), options);
  return computation(std::move(model), std::move(rows), only_tensor);
}

}  // namespace wakesleep::bindings
