#include "options/describe.h"

#include <nlohmann/json.hpp>

#include "options/table.h"
#include "wakesleep/dbm_training_options.h"
#include "wakesleep/log_partition_options.h"
#include "wakesleep/network_training_options.h"
#include "wakesleep/sbn_training_options.h"
#include "wakesleep/up_down_options.h"

namespace wakesleep::options {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const Value& value) {
  if (const auto* truth = std::get_if<bool>(&value)) return *truth;
  if (const auto* word = std::get_if<std::string>(&value)) return *word;
  return std::get<double>(value);
}

Json json_of(const std::vector<Value>& values) {
  Json list = Json::array();
  for (const Value& value : values) list.push_back(json_of(value));
  return list;
}

Json json_of(const Need& need) {
  Json out{{"option", need.option}};
  if (!need.is.empty()) out["is"] = json_of(need.is);
  if (need.above) out["above"] = *need.above;
  if (need.is.empty() && !need.above) out["given"] = true;
  if (!need.when.empty()) out["when"] = json_of(need.when);
  if (need.when_above) out["whenAbove"] = *need.when_above;
  return out;
}

Json json_of(const Row& row) {
  constexpr const char* types[] = {"number", "integer", "boolean", "word", "numbers", "dataset"};
  Json out{{"name", row.name}, {"type", types[static_cast<std::size_t>(row.type)]}};
  if (is_given(row.preset) && !row.models_own) out["default"] = json_of(row.preset);
  const auto add = [&](const char* name, const std::optional<double>& bound) {
    if (bound) out[name] = *bound;
  };
  add("above", row.bounds.above);
  add("atLeast", row.bounds.at_least);
  add("below", row.bounds.below);
  add("atMost", row.bounds.at_most);
  if (!row.words.empty()) out["words"] = row.words;
  for (const Need& need : row.needs) out["needs"].push_back(json_of(need));
  if (row.fixed) out["fixed"] = true;
  out["help"] = row.help;
  if (!row.source.empty()) out["source"] = row.source;
  return out;
}

template <class O>
Json json_of_table() {
  Json rows = Json::array();
  for (const Row& row : table<O>().rows()) rows.push_back(json_of(row));
  return rows;
}

}  // namespace

std::string describe() {
  return Json{{"rbm", json_of_table<TrainingOptions>()},
              {"upDown", json_of_table<UpDownOptions>()},
              {"dbm", json_of_table<DbmTrainingOptions>()},
              {"sbn", json_of_table<SbnTrainingOptions>()},
              {"network", json_of_table<NetworkTrainingOptions>()},
              {"meanField", json_of_table<MeanFieldOptions>()},
              {"logPartition", json_of_table<LogPartitionOptions>()}}
      .dump();
}

}  // namespace wakesleep::options
