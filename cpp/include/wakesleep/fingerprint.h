// A hash of a model's parameters: the same for the same seed, data and options on every machine.
#pragma once

#include <string>

#include "wakesleep/model.h"

namespace wakesleep {

// 64-bit FNV-1a of the float32 parameters' little-endian bytes, 16 hexadecimal digits. Layer after layer of an RBM or a
// DBN: W, b and c (with the label units' rows and entries), then R of each layer where a DBN has recognition weights
// of its own; of a DBM all weights and then all biases; of a sigmoid belief net b and W of each layer in turn, then R
// and c where it has them. It tells networks apart, it does not protect them.
std::string fingerprint(const ModelView& model);

}  // namespace wakesleep
