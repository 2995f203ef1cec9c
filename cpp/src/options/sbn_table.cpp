#include "options/learning_rows.h"
#include "options/make_table.h"
#include "wakesleep/sbn_training_options.h"

namespace wakesleep::options {

template <>
void add_rows(Table<SbnTrainingOptions>& t) {
  using O = SbnTrainingOptions;
  add_learning_rows(t);
  t.add(&O::method,
        {.name = "method",
         .words = {"wake-sleep", "gibbs", "exact", "observed", "cd"},
         .fixed = true,
         .help = "wake-sleep (Hinton, Dayan, Frey and Neal 1995), gibbs (the posterior by Gibbs sampling, "
                 "Neal 1992), exact (the posterior by enumeration, at most 16 hidden units), observed (data "
                 "that hold the states of all layers) or cd (contrastive divergence, which does not learn "
                 "such a net)"});
  t.add(&O::sweeps, {.name = "sweeps",
                     .bounds = {.at_least = 1, .at_most = 10'000},
                     .needs = {{.option = "method", .is = {"gibbs", "cd"}}},
                     .help = "Sweeps over all hidden units a mini-batch, or times down and up"});
  t.add(&O::persistent,
        {.name = "persistent",
         .needs = {{.option = "method", .is = {"gibbs"}}},
         .fixed = true,
         .help = "An example's hidden states go on where they were when it was last shown, or start anew"});
}

template const Table<SbnTrainingOptions>& table();

}  // namespace wakesleep::options
