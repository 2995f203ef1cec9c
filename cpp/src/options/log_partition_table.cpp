#include "options/learning_rows.h"
#include "options/make_table.h"
#include "wakesleep/log_partition_options.h"

namespace wakesleep::options {

template <>
void add_rows(Table<LogPartitionOptions>& t) {
  using O = LogPartitionOptions;
  const std::vector<Need> ais{{.option = "method", .is = {"ais"}}};
  t.add(&O::method, {.name = "method",
                     .words = {"exact", "ais"},
                     .help = "Enumeration (of two Gaussian sides a closed form), or annealed importance sampling",
                     .source = "Salakhutdinov and Murray 2008"});
  t.add(&O::runs,
        {.name = "runs", .bounds = {.at_least = 2, .at_most = 65536}, .needs = ais, .help = "Independent runs"});
  t.add(&O::betas, {.name = "betas",
                    .bounds = {.at_least = 1, .at_most = 10'000'000},
                    .needs = ais,
                    .help = "Intermediate distributions"});
  t.add(&O::schedule, {.name = "schedule",
                       .words = {"linear", "late", "adaptive"},
                       .needs = ais,
                       .help = "How the betas are spread from 0 to 1: evenly, as in the paper most of them near 1, or "
                               "(RBMs) by equal progress, which a first pass of a tenth of them measures"});
  t.add(&O::words, {.name = "words",
                    .bounds = {.at_least = 1, .at_most = 1'000'000},
                    .help = "Words of a document, each length of which has a partition function of its own"});
  t.add(&O::data, {.name = "data",
                   .needs = ais,
                   .help = "Its means are base rates, and chains of a reverse estimate start at its examples"});
  t.add(&O::base,
        {.name = "base",
         .words = {"biases", "data", "uniform"},
         .needs = {{.option = "data", .when = {"data"}}, {.option = "method", .is = {"ais"}}},
         .help = "What the runs start from: the model's visible biases, the means of the data, which are taken where "
                 "they are given, or biases of 0"});
  t.add(&O::reverse,
        {.name = "reverse",
         .needs = ais,
         .help = "Backwards, too: from exact samples an upper bound in expectation, or else from chains a check",
         .source = "Burda, Grosse and Salakhutdinov 2015"});
  t.add(&O::start_steps,
        {.name = "startSteps",
         .bounds = {.at_least = 0, .at_most = 10'000'000},
         .needs = {{.option = "reverse", .is = {true}}},
         .help = "Gibbs steps of the reverse estimate's chains before it begins; unless given, as many as betas"});
  t.add(&O::seed, {.name = "seed",
                   .bounds = {.at_least = 0, .at_most = largest_whole_number},
                   .needs = ais,
                   .help = "Seed of every random number in the estimate; unless given, the model's next numbers"});
}

template const Table<LogPartitionOptions>& table();

}  // namespace wakesleep::options
