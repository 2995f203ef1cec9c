// Units and the words of documents, as JavaScript gives and gets them.
#pragma once

#include <optional>
#include <string>

#include "bindings/bindings.h"
#include "wakesleep/dbm.h"
#include "wakesleep/dbn.h"
#include "wakesleep/rbm.h"

namespace wakesleep::bindings {

// A type's name, { type, groups, learnedSigma }, or undefined for Bernoulli units; `name` is that of the option.
Units units_from(const std::string& name, const val& units);
val units_to(const Units& units);

// The words of a document: a number where chains, or log Z, are of a machine whose visible units are counts of words;
// undefined elsewhere.
std::optional<Index> words_from(const val& words, const Rbm& rbm);
std::optional<Index> words_from(const val& words, const Dbn& dbn);
std::optional<Index> words_from(const val& words, const Dbm& dbm);

}  // namespace wakesleep::bindings
