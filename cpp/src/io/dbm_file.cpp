#include "io/opener.h"
#include "models/dbm_tensors.h"

namespace wakesleep::io {
namespace {

Model open(Opener& file) {
  const ModelDescription& about = file.description();
  Dbm dbm = file.model<Dbm>(parameter_tensors(about.layers, about.labels), about.layers, about.labels);
  dbm.training_state().pretrained = about.pretrained.value_or(false);
  if (about.in_pretraining()) dbm.training_state().pretraining = file.stack(pretraining_prefix, 1);
  return dbm;
}

}  // namespace

const FileKind dbm_file{.name = "dbm", .least_layers = 3, .pretraining = true, .open = open};

}  // namespace wakesleep::io
