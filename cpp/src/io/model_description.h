// What a model file says of its model. Its metadata has one entry, "wakesleep", a JSON text:
//
//   {"kind": "rbm",                              "dbn" for a deep belief net, "dbm" for a deep Boltzmann machine,
//                                                "sbn" for a sigmoid belief net, "network" for a feed-forward net
//    "version": 1,
//    "units": {"visible": "bernoulli", "hidden": "bernoulli"},   or ["gaussian", "bernoulli", ...], one a layer
//    "layers": [784, 500],                       visible units first
//    "labels": 10,                               size of the softmax group beside the (top) machine's visible units,
//                                                or 0
//    "training": {                               may be left out by other programs that write such files
//      "notes": {"data": "mnist", ...},          whatever the user wants kept
//      "machines": [{"seed": "1", "epoch": "10", "step": "6000"}],   one a machine (a whole sbn is one); 64 bits,
//                                                so decimal strings
//      "layer": 0,                               of a DBN: the layer that training has reached
//      "resumable": false}}                      true: machines also have "batch", "random_calls" (how many
//                                                were given no seed; left out where none was made), and the
//                                                tensors of momentum and chains
//
// Units other than Bernoulli are the name of their type (units.h) or an object: {"type": "softmax", "groups": [10, 4]},
// {"type": "gaussian", "learnedSigma": true}. A side of Gaussian units has its standard deviations in "sigma_v" or
// "sigma_h".
//
// Tensors of an RBM: "W" [visible, hidden], "b" [visible], "c" [hidden], and with labels "U" [labels, hidden], "d"
// [labels]. A DBN has the same for each machine after "layers.0." and so on. After up-down learning it has "layers.0.R"
// [visible, hidden] and so on for each machine but the top, one more entry in "machines" for that learning, and in a
// resumable file its momentum as "velocity.layers.0.W" and so on, or both moments. A resumable file adds, for a machine
// whose training has begun, "velocity.W" and so on in the same shapes, and "chains" [chains, words]: the hidden states
// of the persistent chains, 64 to a word, the lowest bit first; or, where they are no bits, "real_chains" [chains,
// hidden]; and "chain_words" [chains], the lengths of their documents, for replicated softmax. "velocity.sigma_v" and
// "velocity.sigma_h" go with standard deviations that are learned. Where the learning rule or the options need them:
// "fast.W" and so on (fast weights), "first_moment.W", "second_moment.W" and so on (Adam; the machine then also has
// "moment_steps"), "offsets.visible" [visible, with labels visible + labels] and "offsets.hidden" [hidden] (centering),
// "activity" [hidden] (the running mean of a sparsity target). Of parallel trajectory tempering: "ladder.rungs" [rungs,
// parameters], each rung's W row by row, b, c and standard deviations; "ladder.log_z_steps", "ladder.variances",
// "ladder.acceptances" and "ladder.relaxations" [rungs]; visible states "ladder.samples", "ladder.reservoir" and
// "ladder.chains" [rows, words] (or, where they are no bits, "real_ladder.samples" and so on); "ladder.free_energies"
// [chains]; and "ladder.counts" [5] (training_state.h says what they are).
//
// An RBM or a DBN with labels that was calibrated (familiarity.h) has, in float32 in every file, "familiar.ink" [2],
// "familiar.expected" [labels, statistics x 6], "familiar.W" [1 + statistics + labels, 16], "familiar.b" [16],
// "familiar.w" [16] and "familiar.threshold" [1], with 3 statistics a machine and one more; all of them or none.
//
// A DBM has "layers.0.W" [units, units of the next], "layers.0.b" [units] and so on, the top with "b" alone, and with
// labels "U" [labels, units of the top] and "d" [labels]. Its "machines" has one entry, for all of it, and its training
// record "pretrained": whether pretraining is over. A resumable file adds "velocity.layers.0.W" and so on (or both
// moments), "chains.1" with the states of layer 1, and of 3, 5, .. (the label group is the layer after the top), and
// with centering "offsets.0" [units] and so on. While pretraining is under way, "machines" goes on with one entry for
// each of its RBMs, "layer" tells which is in training, and the RBMs' tensors stand after "pretraining.layers.0." and
// so on, as a DBN's do.
//
// A sigmoid belief net has for each layer l but the top one "layers.l.W" [units, units of the layer above] and for each
// layer "layers.l.b" [units]; with recognition weights, all of "layers.l.R" in the shape of W and "layers.l.c" [units
// of the layer above]. A resumable file adds "velocity.layers.0.W" and so on (or both moments), and of persistent Gibbs
// sampling "examples.1" [examples, words] and so on, the hidden states of every example in layer 1 and above.
//
// A feed-forward net has, in place of "units", "activations": ["sigmoid", "softmax"], one a layer above the inputs, and
// "code": the number of the layer that is an autoencoder's code, or 0; "labels" is the size of a softmax at its top
// that is no autoencoder's. Its tensors are "layers.0.W" [units, units of the layer above], "layers.0.b" [units of the
// layer above] and so on. A resumable file adds "velocity.layers.0.W" and so on (or both moments), of early stopping
// "best.layers.0.W" and so on and "patience" [3] (network.h), and of Hessian-free learning "direction.layers.0.W" and
// so on and "damping" [1].
//
// Every file keeps whole epochs and steps, so that a model which is opened and trained on goes on with its schedule and
// with fresh random numbers. Momentum, chains and the place in an epoch that has begun are only in a resumable one.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "io/safetensors.h"
#include "wakesleep/model.h"

namespace wakesleep::io {

class Opener;

// What model files have of a kind of model: a row each, in a file of the kind's own (rbm_file.cpp and so on).
struct FileKind {
  const char* name;
  std::size_t least_layers = 2, most_layers = std::numeric_limits<std::size_t>::max();
  bool labels = true;        // whether it may have label units
  bool any_units = false;    // units of any type, or Bernoulli alone
  bool stack = false;        // RBMs with a record each, trained one after the other; others have one record in all
  bool pretraining = false;  // a stack of RBMs may stand before it, while that is in training
  bool activations = false;  // units that compute, in place of units with a distribution
  Model (*open)(Opener& file);
};

extern const FileKind rbm_file, dbn_file, dbm_file, sbn_file, network_file;
// In the order of Model's alternatives.
inline constexpr std::array<const FileKind*, std::variant_size_v<Model>> file_kinds{&rbm_file, &dbn_file, &dbm_file,
                                                                                    &sbn_file, &network_file};

// Error(format).
[[noreturn]] void refuse_model_file(const std::string& fault);

// What the training record has of a machine.
struct MachineRecord {
  std::uint64_t seed = 1, epoch = 0, batch = 0, step = 0, moment_steps = 0, random_calls = 0;
};

struct ModelDescription {
  const FileKind* kind = nullptr;
  std::vector<Index> layers;  // at least two
  Index labels = 0;
  std::vector<Units> units;             // of each layer
  std::vector<Activation> activations;  // of a feed-forward net, whose code is the number of a layer or 0
  Index code = 0;
  std::map<std::string, std::string> notes;
  // One a machine, and of a stack that was trained as one another for that. What is no stack has one, and in
  // pretraining one for each of its RBMs besides.
  std::vector<MachineRecord> machines;
  std::optional<Index> training_layer;
  std::optional<bool> pretrained;
  bool resumable = false;

  bool in_pretraining() const { return kind->pretraining && machines.size() > 1; }
  // Of the RBM whose visible units are this layer.
  RbmShape shape(std::size_t layer) const;
};

// The entry of the file's metadata.
void write_description(const ModelDescription& description, Safetensors& file);
ModelDescription read_description(const Safetensors& file);

}  // namespace wakesleep::io
