// Models as safetensors files: 8-byte little-endian header length, JSON header, raw little-endian tensors.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "wakesleep/dbm.h"
#include "wakesleep/dbn.h"
#include "wakesleep/rbm.h"
#include "wakesleep/sbn.h"

namespace wakesleep {

using Model = std::variant<Rbm, Dbn, Dbm, Sbn>;
// "rbm", "dbn", "dbm" or "sbn", as its file says it.
const std::string& kind_of(const Model& model);

struct SaveOptions {
  bool half = false;       // float16 tensors, rounded to nearest even
  bool resumable = false;  // with momentum, chains and counters; float32 only (std::invalid_argument with half)
  std::map<std::string, std::string> notes;  // kept in the training record: data set, options, seed
};

std::vector<std::uint8_t> save_model(const Rbm& rbm, const SaveOptions& options = {});
std::vector<std::uint8_t> save_model(const Dbn& dbn, const SaveOptions& options = {});
// A resumable file of a DBM in pretraining has its RBMs; without them, pretraining begins anew.
std::vector<std::uint8_t> save_model(const Dbm& dbm, const SaveOptions& options = {});
std::vector<std::uint8_t> save_model(const Sbn& net, const SaveOptions& options = {});

// Error(format) naming the fault for whatever is not a model file of this project; nothing is allocated from an
// unchecked length. Float16 tensors become float32.
Model open_model(std::span<const std::uint8_t> bytes);
// The notes that were saved with it.
std::map<std::string, std::string> model_notes(std::span<const std::uint8_t> bytes);

}  // namespace wakesleep
