// RBMs, and stacks of them.
#include "io/opener.h"

namespace wakesleep::io {

const FileKind rbm_file{.name = "rbm", .most_layers = 2, .any_units = true, .open = [](Opener& file) -> Model {
                          return file.rbm(0, 0, "");
                        }};
const FileKind dbn_file{.name = "dbn", .any_units = true, .stack = true, .open = [](Opener& file) -> Model {
                          Dbn dbn = file.stack("", 0);
                          file.read_recognition(dbn);
                          return dbn;
                        }};

Rbm Opener::rbm(std::size_t layer, std::size_t record, const std::string& prefix) {
  reader_.prefix = prefix;
  const RbmShape shape = description_.shape(layer);
  return model<Rbm>(description_.machines[record], parameter_tensors(shape), shape);
}

Dbn Opener::stack(const std::string& prefix, std::size_t first) {
  std::vector<Rbm> rbms;
  for (std::size_t l = 0; l + 1 < description_.layers.size(); ++l)
    rbms.push_back(rbm(l, first + l, prefix + layer_prefix(l)));
  reader_.prefix = prefix;
  Dbn dbn = made<Dbn>(std::move(rbms));
  dbn.training_layer = description_.training_layer.value_or(0);
  return dbn;
}

void Opener::read_recognition(Dbn& dbn) {
  const std::vector<MachineRecord>& records = description_.machines;
  const auto rbms = static_cast<std::size_t>(dbn.depth());
  std::vector<Matrix> R;
  if (!reader_.floats(recognition_tensors(dbn), R)) {
    if (records.size() > rbms) refuse_model_file("training's machines has more entries than there are machines");
    return;
  }
  checked([&] { dbn.set_recognition(std::move(R)); });
  if (records.size() > rbms) resume(records[rbms], dbn, dbn.up_down_state());
}

}  // namespace wakesleep::io
