#include "options/make_table.h"
#include "options/refusals.h"
#include "wakesleep/mean_field_options.h"

namespace wakesleep::options {

template <>
void add_rows(Table<MeanFieldOptions>& t) {
  using O = MeanFieldOptions;
  t.add(&O::iterations, {.name = "meanFieldSteps",
                         .bounds = {.at_least = 1, .at_most = 100'000},
                         .help = "Mean-field iterations at most"});
  t.add(&O::tolerance, {.name = "meanFieldTolerance",
                        .bounds = {.at_least = 0, .at_most = 1},
                        .help = "An example is done when an iteration has moved none of its means further"});
  t.add(&O::damping, {.name = "meanFieldDamping",
                      .bounds = {.at_least = 0, .below = 1},
                      .help = "Part of the old means that an iteration keeps"});
}

template const Table<MeanFieldOptions>& table();

}  // namespace wakesleep::options

namespace wakesleep {

void check(const MeanFieldOptions& o) { refuse(options::refusals(o)); }

}  // namespace wakesleep
