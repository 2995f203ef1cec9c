// Models as safetensors files: 8-byte little-endian header length, JSON header, raw little-endian tensors.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "wakesleep/model.h"

namespace wakesleep {

// "rbm", "dbn" and so on, as files say it: in the order of Model's alternatives.
const std::vector<std::string>& kind_names();
const std::string& kind_of(const ModelView& model);

struct SaveOptions {
  bool half = false;       // float16 tensors, rounded to nearest even
  bool resumable = false;  // with momentum, chains and counters; float32 only (std::invalid_argument with half)
  std::map<std::string, std::string> notes;  // kept in the training record: data set, options, seed
};

// A resumable file of a DBM in pretraining has its RBMs; without them, pretraining begins anew.
std::vector<std::uint8_t> save_model(const ModelView& model, const SaveOptions& options = {});

// Error(format) naming the fault for whatever is not a model file of this project; nothing is allocated from an
// unchecked length. Float16 tensors become float32.
Model open_model(std::span<const std::uint8_t> bytes);
// The notes that were saved with it.
std::map<std::string, std::string> model_notes(std::span<const std::uint8_t> bytes);

}  // namespace wakesleep
