// The ladder of parallel trajectory tempering as data: its rungs as machines, and its log Z.
#pragma once

#include "wakesleep/rbm.h"

namespace wakesleep {

// A machine with the parameters of a rung. Where `rbm` is one of the shape already, only these are written.
void read_rung(const LadderState& ladder, Index rung, Rbm& rbm);
// Adds the machine as the last rung.
void append_rung(const Rbm& rbm, double log_z_step, double variance, double acceptance, double relaxation,
                 LadderState& ladder);
// While there are more rungs than `most`: takes out the one between whose neighbours, by the product of the acceptances
// on both its sides, most swaps would still be accepted. The first and the last stay.
void thin(Index most, LadderState& ladder);
// log Z of the last rung.
double ladder_log_z(const LadderState& ladder);
double ladder_variance(const LadderState& ladder);
// log Z of a machine without weights.
double log_z_without_weights(const Rbm& rbm);

}  // namespace wakesleep
