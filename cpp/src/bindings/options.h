// Options from JavaScript's objects, by their tables.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "bindings/bindings.h"
#include "options/read.h"

namespace wakesleep::bindings {

// The object's entries but those named in `apart`, which are read elsewhere. undefined is not given; an unknown key is
// OptionMisuse, in which the object is called `what`.
options::Entries entries_of(const val& object, const std::vector<options::Row>& rows,
                            const std::vector<std::string>& apart = {}, const std::string& what = "options");

// The options of an object, and what is wrong with them.
template <class O>
struct Given {
  O options;
  std::vector<Refusal> refusals;
  // The options, where nothing is wrong with them.
  O accepted() && {
    refuse(refusals);
    return std::move(options);
  }
};

template <class O>
Given<O> read_options(const val& object, O preset = {}) {
  Given<O> given{std::move(preset), {}};
  given.refusals = options::read(entries_of(object, options::table<O>().rows()), given.options);
  return given;
}

// Options with the seed of the model, which holds unless another was given.
template <class O>
O seeded(std::uint64_t seed) {
  O options;
  options.seed = seed;
  return options;
}

// The data set of that name among them, to be held; null without one.
std::shared_ptr<Dataset> dataset_of(const val& object, const char* name);

// [{ option?, message }, ...]: each once.
val problems(std::vector<Refusal> list, const std::vector<Refusal>& more);

}  // namespace wakesleep::bindings
