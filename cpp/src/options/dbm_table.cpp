#include "options/learning_rows.h"
#include "options/make_table.h"
#include "wakesleep/dbm_training_options.h"

namespace wakesleep::options {

extern template const Table<MeanFieldOptions>& table();

// Joint training: pretraining has the rows of an RBM.
template <>
void add_rows(Table<DbmTrainingOptions>& t) {
  using O = DbmTrainingOptions;
  add_learning_rows(t);
  t.add(&O::k, {.name = "k",
                .bounds = {.at_least = 1, .at_most = 10'000},
                .help = "Gibbs steps of the persistent chains a mini-batch"});
  t.add(&O::chains, {.name = "chains",
                     .bounds = {.at_least = 1, .at_most = 65536},
                     .fixed = true,
                     .help = "Persistent chains; unless given, as many as the batch size"});
  t.add(&O::mean_field, table<MeanFieldOptions>());
  t.add(&O::centering, {.name = "centering",
                        .fixed = true,
                        .help = "Learns from states less their running means",
                        .source = "Montavon and Mueller 2012; Melchior, Fischer and Wiskott 2016"});
  t.add(&O::centering_rate, {.name = "centeringRate",
                             .bounds = {.at_least = 0, .at_most = 1},
                             .needs = {{.option = "centering", .is = {true}}},
                             .help = "Part of a mini-batch's means in the running means"});
  t.add(&O::data_states, {.name = "dataStates",
                          .words = state_words,
                          .fixed = true,
                          .help = "Grey data: sampled to bits anew whenever they are shown, or as they are"});
}

template const Table<DbmTrainingOptions>& table();

}  // namespace wakesleep::options
