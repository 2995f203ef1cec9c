// A hash of a model's parameters: the same for the same seed, data and options on every machine.
#pragma once

#include <cstdint>
#include <string>

#include "wakesleep/dbm.h"
#include "wakesleep/dbn.h"
#include "wakesleep/rbm.h"
#include "wakesleep/sbn.h"

namespace wakesleep {

// 64-bit FNV-1a of the float32 parameters' little-endian bytes: W, b and c (with the label units' rows and entries),
// layer after layer, or of a DBM all weights and then all biases; 16 hexadecimal digits. It tells networks apart, it
// does not protect them.
std::string fingerprint(const Rbm& rbm);
std::string fingerprint(const Dbn& dbn);
std::string fingerprint(const Dbm& dbm);
// Of a belief net: b and W of each layer in turn, then R and c where it has them.
std::string fingerprint(const Sbn& net);

}  // namespace wakesleep
