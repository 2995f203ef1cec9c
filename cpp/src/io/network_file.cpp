#include "io/opener.h"
#include "models/network_tensors.h"

namespace wakesleep::io {
namespace {

Model open(Opener& file) {
  const ModelDescription& about = file.description();
  const NetworkShape shape{about.layers, about.activations, about.code};
  try {
    check(shape);
  } catch (const std::out_of_range& error) {
    refuse_model_file(error.what());
  }
  Network net = file.model<Network>(parameter_tensors(shape.layers), shape);
  if (net.labels() != about.labels)
    refuse_model_file("labels is " + std::to_string(about.labels) + ", and the net has " +
                      std::to_string(net.labels()));
  return net;
}

}  // namespace

const FileKind network_file{.name = "network", .most_layers = Network::most_layers, .activations = true, .open = open};

}  // namespace wakesleep::io
