// Flags of the command line from the tables of options, and what was given by them.
#pragma once

#include <CLI/CLI.hpp>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "options/read.h"

namespace wakesleep::cli {

class OptionFlags {
 public:
  // A flag for each row that a command line can give: --sparsity-decay for sparsityDecay, and with the prefix
  // "pretraining" --pretraining-sparsity-decay. The kinds of model whose tables have a row share its flag.
  void add(CLI::App& command, const std::string& kind, const std::vector<options::Row>& rows, const std::string& group,
           const std::string& prefix = "");
  // std::invalid_argument for a flag that was given and is not of this kind of model.
  void check(const std::string& kind) const;
  // The text of an option's flag; empty where it was not given.
  std::string text(const std::string& option) const;
  // A message in which options have the names of the API, with those of their flags.
  std::string in_flags(const std::string& message, const std::string& prefix = "") const;
  // As wakesleep::refuse, in these words.
  void refuse(std::vector<Refusal> refusals, const std::string& prefix = "") const;
  // What was given for a layer. A flag has one value for all layers or a list, one a layer, in which an empty entry and
  // the preset stand for none. std::out_of_range for lists of another length.
  options::Entries entries(const std::vector<options::Row>& rows, std::size_t layer, std::size_t layers,
                           const std::string& prefix = "") const;

 private:
  // What a flag means to some kinds of model.
  struct Meaning {
    std::vector<std::string> kinds;
    std::string help, preset;
  };
  struct Flag {
    bool is_of(const std::string& kind) const;
    // Of tables that say the same, only the presets that differ.
    std::string help() const;

    CLI::Option* option = nullptr;
    std::string text;
    std::vector<Meaning> meanings;
  };
  std::map<std::string, Flag> flags_;
  std::set<std::string> names_;  // of all rows
};

// sparsityDecay as --sparsity-decay.
std::string flag_of(const std::string& option, const std::string& prefix = "");

}  // namespace wakesleep::cli
