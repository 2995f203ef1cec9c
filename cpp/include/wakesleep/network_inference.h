// What feed-forward nets say of example rows, in slices. Nets must outlive it.
#pragma once

#include "wakesleep/network.h"
#include "wakesleep/row_map.h"

namespace wakesleep {

// Units of a layer, 1 .. depth().
RowMap units_up(const Network& net, ExampleRows x, Index layer);
// Outputs of an autoencoder given its inputs. std::invalid_argument for other nets.
RowMap reconstructions(const Network& net, ExampleRows x);
// Outputs of an autoencoder given its code. std::invalid_argument for other nets.
RowMap decoded(const Network& net, Matrix code);
// Three results: - log p(label | x) (rows x labels), p(label | x) (rows x labels), and the likeliest label (rows x 1).
// std::invalid_argument unless the outputs are a softmax.
RowMap classification(const Network& net, ExampleRows x);

}  // namespace wakesleep
