#include "io/describe.h"

#include "io/json.h"
#include "options/table.h"
#include "wakesleep/dbm_training_options.h"
#include "wakesleep/log_partition_options.h"
#include "wakesleep/network_training_options.h"
#include "wakesleep/sbn_training_options.h"
#include "wakesleep/up_down_options.h"

namespace wakesleep::io {
namespace {

using options::Need;
using options::Row;
using options::Value;

void write(JsonWriter& json, const Value& value) {
  if (const auto* truth = std::get_if<bool>(&value))
    json.boolean(*truth);
  else if (const auto* word = std::get_if<std::string>(&value))
    json.string(*word);
  else
    json.number(std::get<double>(value));
}

void write(JsonWriter& json, const char* key, const std::optional<double>& number) {
  if (number) json.key(key).number(*number);
}

void write(JsonWriter& json, const char* key, const std::vector<Value>& values) {
  if (values.empty()) return;
  json.key(key).begin_list();
  for (const Value& value : values) write(json, value);
  json.end_list();
}

void write(JsonWriter& json, const Need& need) {
  json.begin_object().key("option").string(need.option);
  write(json, "is", need.is);
  write(json, "above", need.above);
  if (need.is.empty() && !need.above) json.key("given").boolean(true);
  write(json, "when", need.when);
  write(json, "whenAbove", need.when_above);
  json.end_object();
}

void write(JsonWriter& json, const Row& row) {
  constexpr const char* types[] = {"number", "integer", "boolean", "word", "numbers", "dataset"};
  json.begin_object().key("name").string(row.name).key("type").string(types[static_cast<std::size_t>(row.type)]);
  if (is_given(row.preset) && !row.models_own) {
    json.key("default");
    write(json, row.preset);
  }
  write(json, "above", row.bounds.above);
  write(json, "atLeast", row.bounds.at_least);
  write(json, "below", row.bounds.below);
  write(json, "atMost", row.bounds.at_most);
  if (!row.words.empty()) {
    json.key("words").begin_list();
    for (const std::string& word : row.words) json.string(word);
    json.end_list();
  }
  if (!row.needs.empty()) {
    json.key("needs").begin_list();
    for (const Need& need : row.needs) write(json, need);
    json.end_list();
  }
  if (row.fixed) json.key("fixed").boolean(true);
  json.key("help").string(row.help);
  if (!row.source.empty()) json.key("source").string(row.source);
  json.end_object();
}

void write(JsonWriter& json, const char* name, const std::vector<Row>& rows) {
  json.key(name).begin_list();
  for (const Row& row : rows) write(json, row);
  json.end_list();
}

}  // namespace

std::string describe() {
  JsonWriter json;
  json.begin_object();
  write(json, "rbm", options::table<TrainingOptions>().rows());
  write(json, "upDown", options::table<UpDownOptions>().rows());
  write(json, "dbm", options::table<DbmTrainingOptions>().rows());
  write(json, "sbn", options::table<SbnTrainingOptions>().rows());
  write(json, "network", options::table<NetworkTrainingOptions>().rows());
  write(json, "meanField", options::table<MeanFieldOptions>().rows());
  write(json, "logPartition", options::table<LogPartitionOptions>().rows());
  json.end_object();
  return json.text();
}

}  // namespace wakesleep::io
