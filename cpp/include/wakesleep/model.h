// A model of any kind.
#pragma once

#include <concepts>
#include <utility>
#include <variant>
#include <vector>

#include "wakesleep/dbm.h"
#include "wakesleep/dbn.h"
#include "wakesleep/network.h"
#include "wakesleep/rbm.h"
#include "wakesleep/sbn.h"

namespace wakesleep {

using Model = std::variant<Rbm, Dbn, Dbm, Sbn, Network>;

template <class Variant>
struct PointersOf;
template <class... Kinds>
struct PointersOf<std::variant<Kinds...>> {
  using type = std::variant<const Kinds*...>;
};

// A model that lives elsewhere, as a MatrixView is of a matrix.
class ModelView {
 public:
  using Pointer = PointersOf<Model>::type;
  template <class Kind>
    requires std::constructible_from<Pointer, const Kind*>
  ModelView(const Kind& model) : model_(&model) {}
  ModelView(const Model& model) : model_(std::visit([](const auto& m) { return Pointer(&m); }, model)) {}

  std::size_t index() const { return model_.index(); }  // as of Model
  template <class F>
  decltype(auto) visit(F&& f) const {
    return std::visit([&](const auto* model) -> decltype(auto) { return f(*model); }, model_);
  }

 private:
  Pointer model_;
};

// Types of the units of each layer, visible first; of a feed-forward net, whose units have none, all the same.
std::vector<Units> units_of(const ModelView& model);
// Units of each layer.
inline std::vector<Index> layers_of(const ModelView& model) {
  return model.visit([](const auto& m) -> std::vector<Index> { return m.layers(); });
}
// 0 for kinds of models that have no label units.
inline Index labels_of(const ModelView& model) {
  return model.visit([](const auto& m) -> Index {
    if constexpr (requires { m.labels(); }) return m.labels();
    return 0;
  });
}

}  // namespace wakesleep
