#include "options/tables.h"

namespace wakesleep::options {
namespace {

Table<MeanFieldOptions> mean_field_table() {
  using O = MeanFieldOptions;
  Table<O> t;
  t.add(&O::iterations, {.name = "meanFieldSteps",
                         .bounds = {.at_least = 1, .at_most = 100'000},
                         .help = "Mean-field iterations at most"});
  t.add(&O::tolerance, {.name = "meanFieldTolerance",
                        .bounds = {.at_least = 0, .at_most = 1},
                        .help = "An example is done when an iteration has moved none of its means further"});
  t.add(&O::damping, {.name = "meanFieldDamping",
                      .bounds = {.at_least = 0, .below = 1},
                      .help = "Part of the old means that an iteration keeps"});
  return t;
}

}  // namespace

template <>
const Table<MeanFieldOptions>& table() {
  static const Table<MeanFieldOptions> the_table = mean_field_table();
  return the_table;
}

}  // namespace wakesleep::options
