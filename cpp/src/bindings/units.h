#pragma once

#include "bindings/bindings.h"
#include "wakesleep/units.h"

namespace wakesleep::bindings {

// { type, groups, learnedSigma }, as TypeScript has checked it.
Units units_from(const val& units);
val units_to(const Units& units);

}  // namespace wakesleep::bindings
