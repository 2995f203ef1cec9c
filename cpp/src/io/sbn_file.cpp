#include "models/sbn_tensors.h"

#include "io/opener.h"

namespace wakesleep::io {
namespace {

Model open(Opener& file) {
  const std::vector<Index>& layers = file.description().layers;
  return file.model<Sbn>(parameter_tensors(layers, file.has(layer_prefix(0) + "R")), layers);
}

}  // namespace

const FileKind sbn_file{.name = "sbn", .labels = false, .open = open};

}  // namespace wakesleep::io
