// The tables of options for those who are not C++.
#pragma once

#include <string>

namespace wakesleep::io {

// JSON: { rbm, upDown, dbm, sbn, network, meanField, logPartition }, each a list of rows { name, type, default?,
// above?, atLeast?, below?, atMost?, words?, needs?, fixed?, help, source? }. A need is { option, is?, above?, given?,
// when?, whenAbove? }, as `Need` of options/row.h has it. `rbm` is for the layers of a deep belief net too, and for a
// deep Boltzmann machine's pretraining; `upDown` is for a deep belief net that has had that.
std::string describe();

}  // namespace wakesleep::io
