#include "learning/dbm_pretraining.h"

#include "wakesleep/dbm_training.h"

namespace wakesleep {

std::vector<TrainingOptions> with_input_scales(std::vector<TrainingOptions> pretraining, Index depth) {
  if (pretraining.size() == 1) pretraining.resize(static_cast<std::size_t>(depth), pretraining[0]);
  pretraining.front().input_scales.up = 2;
  pretraining.back().input_scales.down = 2;
  return pretraining;
}

DbmParameters compose(const Dbn& pretrained) {
  const Index depth = pretrained.depth();
  DbmParameters result;
  for (Index l = 0; l < depth; ++l) {
    const Rbm& rbm = pretrained.rbm(l);
    const bool between = l > 0 && l + 1 < depth;
    result.W.push_back(rbm.W().topRows(rbm.visible()) * (between ? 0.5f : 1.0f));
    const Vector own = rbm.b().head(rbm.visible());
    result.b.push_back(l == 0 ? own : Vector(0.5f * (own + pretrained.rbm(l - 1).c())));
  }
  result.b.push_back(pretrained.top().c());
  if (pretrained.labels()) {
    result.W.push_back(pretrained.top().W().bottomRows(pretrained.labels()));
    result.b.push_back(pretrained.top().b().tail(pretrained.labels()));
  }
  return result;
}

}  // namespace wakesleep
