// What models say of example rows, in slices (row_map.h). Where nothing else is said a RowMap has one result. Models
// must outlive it. std::out_of_range, as a rule from step(), for rows that do not fit the model; their number is named.
#pragma once

#include "wakesleep/average.h"
#include "wakesleep/dbm.h"
#include "wakesleep/dbn.h"
#include "wakesleep/rbm.h"
#include "wakesleep/row_map.h"

namespace wakesleep {

// F(v), or F(v, y) of rows with labels where those are to count: rows x 1.
RowMap free_energies(const Rbm& rbm, ExampleRows x, bool with_labels);
RowMap hidden_means(const Rbm& rbm, ExampleRows x);
RowMap visible_means(const Rbm& rbm, Matrix h);
// States drawn from p(h | v) and from p(v | h), without the label units. The options' `first` has no effect: rows
// count from the first of x.
RowMap hidden_samples(const Rbm& rbm, ExampleRows x, const SampleOptions& options);
RowMap visible_samples(const Rbm& rbm, Matrix h, const SampleOptions& options);
// Means of the units of a layer (0: x itself, depth(): the top's hidden units), each from the means below; and from
// those of a layer down to the image.
RowMap means_up(const Dbn& dbn, ExampleRows x, Index layer);
RowMap means_down(const Dbn& dbn, Matrix means, Index layer);
// The mean free energy of the machine of a layer, given the upward means of the first `most_rows` examples, without
// their labels.
DatasetAverage average_free_energy(const Dbn& dbn, Index layer, ExampleRows x, Index most_rows);

// Of a DBM, by mean-field inference: the means of every hidden layer, and with labels those of the label units (a
// result a layer); the variational free energy, with the labels of rows that have some where those are to count; the
// lower bound of log p that follows from it: rows x 1.
RowMap mean_field(const Dbm& dbm, ExampleRows x, const MeanFieldOptions& options = {});
RowMap free_energies(const Dbm& dbm, ExampleRows x, bool with_labels, const MeanFieldOptions& options = {});
RowMap bounds(const Dbm& dbm, ExampleRows x, bool with_labels, double log_z, const MeanFieldOptions& options = {});
RowMap visible_means(const Dbm& dbm, Matrix h);
// The mean of those bounds, of log p(v, y) of examples with labels where the model has label units, if these are to
// count, and else of log p(v).
LikelihoodAverage average_bound(const Dbm& dbm, ExampleRows x, double log_z, bool with_labels = true,
                                const MeanFieldOptions& options = {});
// The mean of those free energies over the first `most_rows` examples, with their labels where both have them.
DatasetAverage average_free_energy(const Dbm& dbm, ExampleRows x, const MeanFieldOptions& options, Index most_rows);

// Three results: the free energy of each label (rows x labels), p(label | x) (rows x labels), and the label with the
// lowest free energy (rows x 1); a fourth of an RBM or a DBN that knows what is familiar (familiarity.h): strangeness,
// rows x 1. std::invalid_argument for a model without label units.
RowMap classification(const Rbm& rbm, ExampleRows x);
RowMap classification(const Dbn& dbn, ExampleRows x);
RowMap classification(const Dbm& dbm, ExampleRows x);
std::vector<int> labels_of(const RowMap& classification);
// p(label | x) after so many mean-field iterations, 1 .. 1000: rows x labels.
RowMap label_mean_field(const Rbm& rbm, ExampleRows x, Index iterations);
RowMap label_mean_field(const Dbn& dbn, ExampleRows x, Index iterations);
RowMap label_mean_field(const Dbm& dbm, ExampleRows x, Index iterations);

}  // namespace wakesleep
