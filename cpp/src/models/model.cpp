#include "wakesleep/model.h"

namespace wakesleep {

std::vector<Units> units_of(const ModelView& model) {
  return model.visit([](const auto& m) -> std::vector<Units> {
    if constexpr (requires { m.shape().visible_units; }) {
      return {m.shape().visible_units, m.shape().hidden_units};
    } else if constexpr (requires { m.rbm(0); }) {
      std::vector<Units> units{m.rbm(0).shape().visible_units};
      for (Index l = 0; l < m.depth(); ++l) units.push_back(m.rbm(l).shape().hidden_units);
      return units;
    } else {
      return std::vector<Units>(m.layers().size());
    }
  });
}

}  // namespace wakesleep
