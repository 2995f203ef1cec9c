// What model files have of a kind of model: a row each, in a file of the kind's own (rbm_file.cpp and so on).
#pragma once

#include <array>
#include <cstddef>
#include <limits>

#include "wakesleep/model.h"

namespace wakesleep::io {

class Opener;

struct FileKind {
  const char* name;
  std::size_t least_layers = 2, most_layers = std::numeric_limits<std::size_t>::max();
  bool labels = true;        // whether it may have label units
  bool any_units = false;    // units of any type, or Bernoulli alone
  bool stack = false;        // RBMs with a record each, trained one after the other; others have one record in all
  bool pretraining = false;  // a stack of RBMs may stand before it, while that is in training
  Model (*open)(Opener& file);
};

extern const FileKind rbm_file, dbn_file, dbm_file, sbn_file;
// In the order of Model's alternatives.
inline constexpr std::array<const FileKind*, std::variant_size_v<Model>> file_kinds{&rbm_file, &dbn_file, &dbm_file,
                                                                                    &sbn_file};

}  // namespace wakesleep::io
