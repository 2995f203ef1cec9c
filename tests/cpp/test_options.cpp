#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "io/describe.h"
#include "options/read.h"
#include "wakesleep/dbm_training_options.h"
#include "wakesleep/log_partition_options.h"
#include "wakesleep/sbn_training_options.h"
#include "wakesleep/training.h"

using namespace wakesleep;
using options::Need;
using options::Row;
using options::Type;
using options::Value;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// What `check` is asked to do for the options of each struct.
template <class F>
void each_table(F check) {
  check(TrainingOptions{});
  check(DbmTrainingOptions{});
  check(SbnTrainingOptions{});
  check(MeanFieldOptions{});
  check(LogPartitionOptions{});
}

template <class O>
std::size_t row_named(const O&, const std::string& name) {
  return options::row_of(options::table<O>().rows(), name, "options");
}

// Another value of the row, which is in its range.
Value another(const Row& row) {
  static const Dataset data = Dataset::from_bits(BitMatrix(1, 1));
  switch (row.type) {
    case Type::number:
      return row.bounds.at_most ? *row.bounds.at_most / 2 : 0.99;
    case Type::integer:
      return *row.bounds.at_least + 1;
    case Type::boolean:
      return row.preset == Value{false};
    case Type::word:
      return row.preset == Value{row.words[0]} ? row.words[1] : row.words[0];
    case Type::numbers:
      return std::vector<float>{1};
    case Type::dataset:
      return &data;
  }
  return {};
}

// Gives the option `name`, and what it needs, and what that needs in turn.
template <class O>
void give(O& o, const std::string& name, const Value& value) {
  const auto& t = options::table<O>();
  const std::size_t i = row_named(o, name);
  t.put(i, value, o);
  if constexpr (std::is_same_v<O, TrainingOptions>)
    if (name == "leastAcceptance") o.rung_acceptance = std::nextafter(1.0, 0.0);
  for (const Need& need : t.rows()[i].needs) {
    const std::size_t other = row_named(o, need.option);
    if (!need.when.empty() || options::is_given(t.value(other, o))) {
      const Value now = t.value(other, o);
      if (need.is.empty() && (need.above ? std::get<double>(now) > *need.above : options::is_given(now))) continue;
      if (std::find(need.is.begin(), need.is.end(), now) != need.is.end()) continue;
    }
    const Value wanted = need.is.empty() ? another(t.rows()[other]) : need.is[0];
    t.put(other, wanted, o);
    for (const Need& next : t.rows()[other].needs)
      if (const std::size_t third = row_named(o, next.option); next.option != name)
        t.put(third, next.is.empty() ? another(t.rows()[third]) : next.is[0], o);
  }
}

// The refusals of `name` when it is given this value and nothing else is wrong.
template <class O>
std::vector<Refusal> refusals_with(O o, const std::string& name, const Value& value) {
  give(o, name, another(options::table<O>().rows()[row_named(o, name)]));
  std::vector<Refusal> of_name;
  for (Refusal& found : options::read({{name, value}}, o))
    if (found.option == name) of_name.push_back(found);
  return of_name;
}

}  // namespace

TEST_CASE("every option keeps its bounds, and nothing just beyond them or that is no number") {
  each_table([]<class O>(const O& o) {
    for (const Row& row : options::table<O>().rows()) {
      if (row.type != Type::number && row.type != Type::integer) continue;
      CAPTURE(row.name);
      const auto ok = [&](double x) { return refusals_with(o, row.name, x).empty(); };
      const auto refused = [&](double x) {
        const auto found = refusals_with(o, row.name, x);
        return found.size() == 1 && found[0].out_of_range && found[0].message.starts_with(row.name + " must be ") &&
               found[0].message.ends_with(", not " + options::text_of(x));
      };
      const bool whole = row.type == Type::integer;
      const auto next = [&](double x, double towards) {
        return whole ? x + (towards > x ? 1 : -1) : std::nextafter(x, towards);
      };
      constexpr double far = 1e300;
      REQUIRE((row.bounds.above || row.bounds.at_least));
      REQUIRE((row.bounds.below || row.bounds.at_most));
      if (row.bounds.at_least) CHECK(ok(*row.bounds.at_least));
      if (row.bounds.at_least) CHECK(refused(next(*row.bounds.at_least, -far)));
      if (row.bounds.above) CHECK(ok(next(*row.bounds.above, far)));
      if (row.bounds.above) CHECK(refused(*row.bounds.above));
      if (row.bounds.at_most) CHECK(ok(*row.bounds.at_most));
      if (row.bounds.at_most) CHECK(refused(next(*row.bounds.at_most, far)));
      // (Adam's two must fit each other, and ptt's.)
      const bool of_a_pair = row.name == "beta1" || row.name == "leastAcceptance";
      if (row.bounds.below && !of_a_pair) CHECK(ok(next(*row.bounds.below, -far)));
      if (row.bounds.below) CHECK(refused(*row.bounds.below));
      for (const double x : {std::nan(""), infinity, -infinity}) CHECK(refused(x));
      if (whole) CHECK(refused(*row.bounds.at_least + 0.5));
    }
  });
}

TEST_CASE("a value of another type is refused as one, an unknown word as out of range") {
  each_table([]<class O>(const O& o) {
    for (const Row& row : options::table<O>().rows()) {
      CAPTURE(row.name);
      for (const Value& value : {Value{true}, Value{0.5}, Value{"word"}, Value{options::Foreign{"an array of 3"}}}) {
        const bool number = row.type == Type::number || row.type == Type::integer;
        if ((value.index() == 1 && row.type == Type::boolean) || (value.index() == 2 && number)) continue;
        const auto found = refusals_with(o, row.name, value);
        REQUIRE(found.size() == 1);
        CHECK(found[0].out_of_range == (row.type == Type::word && value.index() == 3));
        CHECK(found[0].message == row.name + " must be " + options::allowed(row) + ", not " + options::text_of(value));
      }
      for (const std::string& word : row.words) CHECK(refusals_with(o, row.name, word).empty());
    }
  });
}

TEST_CASE("every option has what it needs, or is refused by its name") {
  each_table([]<class O>(const O&) {
    const auto& t = options::table<O>();
    for (const Row& row : t.rows()) {
      CAPTURE(row.name);
      O good;
      give(good, row.name, another(row));
      std::vector<bool> given(t.rows().size());
      given[row_named(good, row.name)] = true;
      CHECK(options::refusals(good).empty());
      CHECK(options::conflicts(good, given).empty());
      for (const Need& need : row.needs) {
        CAPTURE(need.option);
        O lacking = good;
        const std::size_t own = row_named(good, row.name), other = row_named(good, need.option);
        if (!need.when.empty()) t.put(own, need.when[0], lacking);
        const Row& of_other = t.rows()[other];
        if (!need.is.empty()) {
          Value wrong;
          for (const std::string& word : of_other.words)
            if (std::find(need.is.begin(), need.is.end(), Value{word}) == need.is.end()) wrong = word;
          if (of_other.type == Type::boolean) wrong = false;
          t.put(other, wrong, lacking);
        } else if (need.above) {
          t.put(other, *need.above, lacking);
        } else {
          lacking = O{};
          t.put(own, need.when.empty() ? another(row) : need.when[0], lacking);
        }
        bool named = false;
        for (const Refusal& found : options::conflicts(lacking, given))
          named = named || (found.option == row.name && !found.out_of_range &&
                            found.message.find(" needs " + need.option) != std::string::npos);
        CHECK(named);
      }
    }
  });
}

TEST_CASE("an option counts as given at its preset too, where its source gave it") {
  TrainingOptions o;
  CHECK(options::read({{"fastDecay", {}}}, o).empty());
  const auto found = options::read({{"fastDecay", 0.95}}, o);
  REQUIRE(found.size() == 1);
  CHECK(found[0] == Refusal{"fastDecay", "fastDecay needs method 'fpcd', not 'cd'", false});
  CHECK(options::refusals(o).empty());
  CHECK(options::read({{"sparsityCost", 0.0}, {"dropout", 0.0}, {"method", "pt"}}, o).empty());
}

TEST_CASE("options are read with all that is wrong with them, values first") {
  TrainingOptions o;
  const auto found = options::read({{"k", 0.0}, {"method", "sgd"}, {"temperatures", 5.0}, {"learningRate", 0.2}}, o);
  REQUIRE(found.size() == 3);
  CHECK(found[0].message == "k must be a whole number from 1 to 10,000, not 0");
  CHECK(found[1].message == "method must be 'cd', 'pcd', 'fpcd', 'pt', 'ptt', 'mean-field' or 'exact', not \"sgd\"");
  CHECK(found[2].message == "temperatures needs method 'pt', not 'cd'");
  CHECK(o.learning_rate == 0.2);
  CHECK(o.k == 1);
  CHECK_THROWS_WITH_AS(options::row_of(options::table<TrainingOptions>().rows(), "rate", "layers[1]"),
                       doctest::Contains("layers[1] has no entry 'rate'; known are epochs, batchSize"), OptionMisuse);
}

TEST_CASE("errors of options carry the option, and numbers as people write them") {
  TrainingOptions o;
  o.optimizer = OptimizerKind::adam;
  o.epsilon = 1e-13;
  try {
    check(o);
    FAIL("nothing was thrown");
  } catch (const OptionOutOfRange& error) {
    CHECK(error.option == "epsilon");
    CHECK(std::string(error.what()) == "epsilon must be a finite number of at least 1e-12 and at most 1, not 1e-13");
  }
  o.epsilon = 1e-8;
  o.momentum = 0.5;
  try {
    check(o);
    FAIL("nothing was thrown");
  } catch (const OptionMisuse& error) {
    CHECK(error.option == "momentum");
  }
  for (const auto& [number, text] :
       std::initializer_list<std::pair<double, const char*>>{{0, "0"},
                                                             {-1, "-1"},
                                                             {0.1, "0.1"},
                                                             {2e-4, "0.0002"},
                                                             {1e-12, "1e-12"},
                                                             {1.5e-7, "1.5e-7"},
                                                             {9999, "9999"},
                                                             {10000, "10,000"},
                                                             {-65536, "-65,536"},
                                                             {1234567, "1,234,567"},
                                                             {1e300, "1e+300"},
                                                             {1.0 / 3, "0.3333333333333333"},
                                                             {-infinity, "-Infinity"}})
    CHECK(options::text_of(number) == text);
}

TEST_CASE("text is read by the type of its row") {
  const auto parsed = [](const char* name, const char* text) {
    return options::parse(options::table<TrainingOptions>().rows()[row_named(TrainingOptions{}, name)], text);
  };
  CHECK(parsed("k", "3") == Value{3.0});
  CHECK(parsed("learningRate", "1e-3") == Value{1e-3});
  CHECK(parsed("learningRate", "fast") == Value{"fast"});
  CHECK(parsed("k", "") == Value{""});
  CHECK(parsed("centering", "on") == Value{true});
  CHECK(parsed("centering", "off") == Value{false});
  CHECK(parsed("centering", "1") == Value{"1"});
  CHECK(parsed("method", "pcd") == Value{"pcd"});
}

TEST_CASE("the description has every table, and presets, bounds, words and needs of a row") {
  const auto all = nlohmann::json::parse(io::describe());
  CHECK(all.size() == 7);
  const auto row = [&](const char* table, const std::string& name) {
    for (const auto& one : all[table])
      if (one["name"] == name) return one;
    return nlohmann::json();
  };
  CHECK(row("rbm", "sparsityDecay") ==
        nlohmann::json{{"name", "sparsityDecay"},
                       {"type", "number"},
                       {"default", 0.9},
                       {"atLeast", 0.0},
                       {"below", 1.0},
                       {"needs", {{{"option", "sparsityCost"}, {"above", 0.0}}}},
                       {"help", "What stays of the running mean activity after a mini-batch"}});
  CHECK(row("rbm", "learningRateSchedule")["needs"] ==
        nlohmann::json{{{"option", "finalLearningRate"}, {"given", true}},
                       {{"option", "finalLearningRate"}, {"above", 0.0}, {"when", {"exponential"}}}});
  for (const char* table : {"rbm", "upDown", "dbm", "sbn"})
    CHECK(row(table, "scheduleStart") ==
          nlohmann::json{{"name", "scheduleStart"},
                         {"type", "integer"},
                         {"atLeast", 0.0},
                         {"atMost", 1e6},
                         {"help",
                          "Epoch of the model's life in which schedules began, for a training that goes on from a "
                          "file"}});
  CHECK(row("upDown", "k")["default"] == 3);
  CHECK(row("upDown", "finalK")["default"] == 10);
  CHECK(row("upDown", "visibleBiasFromData").is_null());
  CHECK(row("dbm", "learningRate")["default"] == 0.005);
  CHECK(row("dbm", "meanFieldTolerance")["default"] == 1e-4);
  CHECK(row("meanField", "meanFieldTolerance")["default"] == 1e-5);
  CHECK(!row("rbm", "chains").contains("default"));
  CHECK(row("sbn", "persistent")["needs"] == nlohmann::json{{{"option", "method"}, {"is", {"gibbs"}}}});
  CHECK(row("logPartition", "startSteps")["needs"] == nlohmann::json{{{"option", "reverse"}, {"is", {true}}}});
}
