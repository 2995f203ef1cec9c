#include "wakesleep/inference.h"

#include <cmath>
#include <memory>
#include <optional>
#include <stdexcept>

#include "math/slices.h"
#include "models/dbm_layers.h"
#include "models/label_mean_field.h"
#include "models/layer.h"

namespace wakesleep {
namespace {

// What a row costs, in multiplications. A softplus costs about five, and a sigmoid of a mean-field iteration ten.
double of_weights(const Rbm& rbm) { return static_cast<double>(rbm.W().size()); }
double of_labels(const Rbm& rbm) { return 5 * static_cast<double>(rbm.labels() * rbm.hidden()); }
double of_label_iteration(const Rbm& rbm) {
  return static_cast<double>((2 * rbm.labels() + 10) * rbm.hidden() + 10 * rbm.labels());
}
double below(const Dbn& dbn, Index layer) {
  double weights = 0;
  for (Index l = 0; l < layer; ++l) weights += of_weights(dbn.rbm(l));
  return weights;
}
// Every layer's input is made anew from the layers on both its sides.
double of_iteration(const Dbm& dbm) {
  double weights = 0;
  for (const Matrix& W : dbm.parameters().W) weights += static_cast<double>(W.size());
  return 2 * weights;
}

void check_rows(const Rbm& rbm, const MatrixView& x, Index first) {
  check_states("x", visible_layer(rbm), x, true, first);
}

std::vector<Matrix> column(const VectorD& values) { return {Matrix(values.cast<float>())}; }

std::vector<Matrix> classified(const MatrixD& free_energy) {
  const std::vector<int> labels = best_labels(free_energy);
  Matrix best(free_energy.rows(), 1);
  for (Index r = 0; r < best.rows(); ++r) best(r, 0) = static_cast<float>(labels[static_cast<std::size_t>(r)]);
  return {Matrix(free_energy.cast<float>()), label_probabilities(free_energy), std::move(best)};
}

// And of a model that knows what is familiar, a column of strangeness.
template <class Model>
std::vector<Matrix> classified(const Model& model, const MatrixView& x) {
  const Familiarity* const familiarity = model.familiarity();
  if (!familiarity) return classified(model.label_free_energy(x));
  const FamiliarityStatistics of = familiarity_statistics(model, x);
  std::vector<Matrix> results = classified(of.label_free_energy);
  results.push_back(column(strangeness(*familiarity, of)).front());
  return results;
}

// Mean-field inference of one slice's rows after the other's.
class Inference {
 public:
  Inference(const Dbm& dbm, const MeanFieldOptions& options) : dbm_(&dbm), options_(options) { check(options); }
  // Some iterations for x, which may have columns for labels: false while they are not all done.
  bool infer(const MatrixView& x, Index first) {
    if (!now_) {
      check_examples("x", x, dbm_->visible(), dbm_->visible() + dbm_->labels(), first);
      now_.emplace(*dbm_, options_);
      means_ = {x.leftCols(dbm_->visible())};
      now_->set_visible(view(means_[0]));
      if (x.cols() > dbm_->visible()) {
        const Matrix labels = x.rightCols(dbm_->labels());
        now_->hold_labels(view(labels));
      }
      now_->start();
    }
    const Index most = math::rows_a_slice(of_iteration(*dbm_) * static_cast<double>(x.rows()));
    for (Index i = 0; i < most; ++i)
      if (!now_->iterate()) {
        for (Index l = 1; l < dbm_->layer_count(); ++l) means_.push_back(view(now_->means(l)));
        now_.reset();
        return true;
      }
    return false;
  }
  // Of every layer, x first and labels last.
  const std::vector<Matrix>& means() const { return means_; }
  VectorD free_energy() const { return dbm_->variational_free_energy(means_); }

 private:
  const Dbm* dbm_;
  MeanFieldOptions options_;
  std::optional<MeanField> now_;
  std::vector<Matrix> means_;
};

// f(the inference), once it is done, is the result of some rows.
template <class F>
RowMap inferred(const Dbm& dbm, ExampleRows x, bool with_labels, const MeanFieldOptions& options, F f) {
  return {std::move(x),
          {dbm.visible(), with_labels ? dbm.labels() : 0},
          math::rows_a_slice(of_iteration(dbm)),
          [inference = std::make_shared<Inference>(dbm, options), f](const MatrixView& rows,
                                                                     Index first) -> std::vector<Matrix> {
            if (!inference->infer(rows, first)) return {};
            return f(*inference);
          }};
}

void check_labels(Index labels) {
  if (!labels) throw std::invalid_argument("this model has no label units");
}

// Of the rows that the upper machine sees: `up` says what that is of x.
template <class Up>
RowMap labels_by_iteration(const Rbm& rbm, ExampleRows x, Index visible, double cost, Index iterations, Up up) {
  check_label_mean_field(rbm.labels(), iterations);
  struct State {
    std::optional<LabelMeanField> inference;
    Index done = 0;
  };
  const double all = of_label_iteration(rbm) * static_cast<double>(iterations);
  return {std::move(x),
          {visible},
          math::rows_a_slice(cost + all),
          [&rbm, iterations, up, state = std::make_shared<State>()](const MatrixView& rows,
                                                                    Index first) -> std::vector<Matrix> {
            auto& [inference, done] = *state;
            if (!inference) {
              inference.emplace(rbm, view(up(rows, first)));
              done = 0;
            }
            const Index most = math::rows_a_slice(of_label_iteration(rbm) * static_cast<double>(rows.rows()));
            for (Index i = 0; i < most && done < iterations; ++i, ++done) inference->iterate();
            if (done < iterations) return {};
            const Matrix labels = inference->labels();
            inference.reset();
            return {labels};
          }};
}

}  // namespace

RowMap free_energies(const Rbm& rbm, ExampleRows x, bool with_labels) {
  return {std::move(x),
          {rbm.visible(), with_labels ? rbm.labels() : 0},
          math::rows_a_slice(of_weights(rbm) + (with_labels ? 0 : of_labels(rbm))),
          [&rbm](const MatrixView& rows, Index first) {
            check_rows(rbm, rows, first);
            return column(rbm.free_energy(rows));
          }};
}

RowMap hidden_means(const Rbm& rbm, ExampleRows x) {
  return {std::move(x),
          {rbm.visible()},
          math::rows_a_slice(of_weights(rbm) + 3 * of_labels(rbm)),
          [&rbm](const MatrixView& rows, Index first) {
            check_rows(rbm, rows, first);
            return std::vector{rbm.mean_h_from_v(rows)};
          }};
}

RowMap visible_means(const Rbm& rbm, Matrix h) {
  return {std::move(h),
          {rbm.hidden()},
          math::rows_a_slice(2 * of_weights(rbm)),
          [&rbm](const MatrixView& rows, Index first) {
            check_states("h", hidden_layer(rbm), rows, false, first);
            return std::vector<Matrix>{rbm.mean_v_from_h(rows).leftCols(rbm.visible())};
          }};
}

RowMap hidden_samples(const Rbm& rbm, ExampleRows x, const SampleOptions& options) {
  return {std::move(x),
          {rbm.visible()},
          math::rows_a_slice(of_weights(rbm) + of_labels(rbm)),
          [&rbm, now = options](const MatrixView& rows, Index first) mutable {
            check_rows(rbm, rows, first);
            now.first = first;
            return std::vector{rbm.sample_h_from_v(rows, now)};
          }};
}

RowMap visible_samples(const Rbm& rbm, Matrix h, const SampleOptions& options) {
  return {std::move(h),
          {rbm.hidden()},
          math::rows_a_slice(2 * of_weights(rbm)),
          [&rbm, now = options](const MatrixView& rows, Index first) mutable {
            check_states("h", hidden_layer(rbm), rows, false, first);
            now.first = first;
            return std::vector<Matrix>{rbm.sample_v_from_h(rows, now).leftCols(rbm.visible())};
          }};
}

RowMap means_up(const Dbn& dbn, ExampleRows x, Index layer) {
  if (layer < 0 || layer > dbn.depth())
    throw std::out_of_range("layer must be 0 to " + std::to_string(dbn.depth()) + ", not " + std::to_string(layer));
  return {std::move(x),
          {dbn.visible()},
          math::rows_a_slice(1 + below(dbn, layer) + (layer == dbn.depth() ? 3 * of_labels(dbn.top()) : 0)),
          [&dbn, layer](const MatrixView& rows, Index first) {
            check_rows(dbn.rbm(0), rows, first);
            return std::vector{dbn.up(rows, layer)};
          }};
}

RowMap means_down(const Dbn& dbn, Matrix means, Index layer) {
  return {std::move(means),
          {dbn.layers().at(static_cast<std::size_t>(layer))},
          math::rows_a_slice(1 + 2 * below(dbn, layer)),
          [&dbn, layer](const MatrixView& rows, Index) {
            Matrix now = rows;
            for (Index l = layer - 1; l >= 0; --l)
              now = dbn.rbm(l).mean_v_from_h(view(now)).leftCols(dbn.rbm(l).visible()).eval();
            return std::vector{std::move(now)};
          }};
}

DatasetAverage average_free_energy(const Dbn& dbn, Index layer, ExampleRows x, Index most_rows) {
  return {
      std::move(x),
      {dbn.visible(), 0},
      most_rows,
      math::rows_a_slice(below(dbn, layer + 1)),
      [&dbn, layer](const Matrix& rows, Index) { return dbn.rbm(layer).free_energy(view(dbn.up(view(rows), layer))); }};
}

RowMap mean_field(const Dbm& dbm, ExampleRows x, const MeanFieldOptions& options) {
  return inferred(dbm, std::move(x), false, options, [](const Inference& inference) {
    return std::vector<Matrix>(inference.means().begin() + 1, inference.means().end());
  });
}

RowMap free_energies(const Dbm& dbm, ExampleRows x, bool with_labels, const MeanFieldOptions& options) {
  return inferred(dbm, std::move(x), with_labels, options,
                  [](const Inference& inference) { return column(inference.free_energy()); });
}

RowMap bounds(const Dbm& dbm, ExampleRows x, bool with_labels, double log_z, const MeanFieldOptions& options) {
  return inferred(dbm, std::move(x), with_labels, options,
                  [log_z](const Inference& inference) { return column((-inference.free_energy()).array() - log_z); });
}

RowMap visible_means(const Dbm& dbm, Matrix h) {
  return {std::move(h),
          {dbm.units(1)},
          math::rows_a_slice(2 * static_cast<double>(dbm.W(0).size())),
          [&dbm](const MatrixView& rows, Index first) {
            check_examples("h", rows, dbm.units(1), -1, first);
            return std::vector{dbm.mean_v_from_h(rows)};
          }};
}

LikelihoodAverage average_bound(const Dbm& dbm, ExampleRows x, double log_z, bool with_labels,
                                const MeanFieldOptions& options) {
  return {std::move(x),
          {dbm.visible(), with_labels ? dbm.labels() : 0},
          math::rows_a_slice(of_iteration(dbm)),
          {},
          [inference = std::make_shared<Inference>(dbm, options), log_z](const Matrix& rows, Index first) -> VectorD {
            if (!inference->infer(view(rows), first)) return {};
            return (-inference->free_energy()).array() - log_z;
          }};
}

DatasetAverage average_free_energy(const Dbm& dbm, ExampleRows x, const MeanFieldOptions& options, Index most_rows) {
  return {std::move(x),
          {dbm.visible(), dbm.labels()},
          most_rows,
          math::rows_a_slice(of_iteration(dbm)),
          [inference = std::make_shared<Inference>(dbm, options)](const Matrix& rows, Index first) -> VectorD {
            if (!inference->infer(view(rows), first)) return {};
            return inference->free_energy();
          }};
}

RowMap classification(const Rbm& rbm, ExampleRows x) {
  check_labels(rbm.labels());
  return {std::move(x),
          {rbm.visible()},
          math::rows_a_slice((rbm.familiarity() ? 3 : 1) * (of_weights(rbm) + of_labels(rbm))),
          [&rbm](const MatrixView& rows, Index first) {
            check_rows(rbm, rows, first);
            return classified(rbm, rows);
          }};
}

RowMap classification(const Dbn& dbn, ExampleRows x) {
  check_labels(dbn.labels());
  return {std::move(x),
          {dbn.visible()},
          math::rows_a_slice((dbn.familiarity() ? 3 : 1) * (below(dbn, dbn.depth()) + of_labels(dbn.top()))),
          [&dbn](const MatrixView& rows, Index first) {
            check_rows(dbn.rbm(0), rows, first);
            return classified(dbn, rows);
          }};
}

RowMap classification(const Dbm& dbm, ExampleRows x) {
  check_labels(dbm.labels());
  return {std::move(x),
          {dbm.visible()},
          math::rows_a_slice(of_iteration(dbm)),
          [&dbm, energies = std::make_shared<std::optional<LabelFreeEnergies>>()](const MatrixView& rows,
                                                                                  Index first) -> std::vector<Matrix> {
            if (!*energies) {
              check_examples("x", rows, dbm.visible(), -1, first);
              energies->emplace(dbm, rows, MeanFieldOptions{});
            }
            const Index most = math::rows_a_slice(of_iteration(dbm) * static_cast<double>(rows.rows()));
            for (Index i = 0; i < most; ++i)
              if (!(*energies)->iterate()) {
                const MatrixD found = (*energies)->result();
                energies->reset();
                return classified(found);
              }
            return {};
          }};
}

std::vector<int> labels_of(const RowMap& classification) {
  const Matrix& labels = classification.results().at(2);
  std::vector<int> out;
  for (Index r = 0; r < labels.rows(); ++r) out.push_back(static_cast<int>(labels(r, 0)));
  return out;
}

RowMap label_mean_field(const Rbm& rbm, ExampleRows x, Index iterations) {
  return labels_by_iteration(rbm, std::move(x), rbm.visible(), of_weights(rbm), iterations,
                             [&rbm](const MatrixView& rows, Index first) {
                               check_rows(rbm, rows, first);
                               return Matrix(rows);
                             });
}

RowMap label_mean_field(const Dbn& dbn, ExampleRows x, Index iterations) {
  return labels_by_iteration(dbn.top(), std::move(x), dbn.visible(), below(dbn, dbn.depth()), iterations,
                             [&dbn](const MatrixView& rows, Index first) {
                               check_rows(dbn.rbm(0), rows, first);
                               return dbn.up(rows, dbn.depth() - 1);
                             });
}

RowMap label_mean_field(const Dbm& dbm, ExampleRows x, Index iterations) {
  check_label_mean_field(dbm.labels(), iterations);
  return inferred(dbm, std::move(x), false, {iterations, 0, 0},
                  [](const Inference& inference) { return std::vector{inference.means().back()}; });
}

}  // namespace wakesleep
