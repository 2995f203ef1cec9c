// A table: the options that one struct holds, a row an option, and the way to each one's member.
#pragma once

#include <algorithm>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "options/row.h"
#include "wakesleep/refusal.h"

namespace wakesleep::options {

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

template <class T>
constexpr Type type_of() {
  if constexpr (is_optional<T>) {
    return type_of<typename T::value_type>();
  } else if constexpr (std::is_same_v<T, bool>) {
    return Type::boolean;
  } else if constexpr (std::is_enum_v<T>) {
    return Type::word;
  } else if constexpr (std::is_floating_point_v<T>) {
    return Type::number;
  } else if constexpr (std::is_integral_v<T>) {
    return Type::integer;
  } else if constexpr (std::is_pointer_v<T>) {
    return Type::dataset;
  } else {
    return Type::numbers;
  }
}

template <class T>
Value value_of(const T& member, const Row& row) {
  if constexpr (is_optional<T>) {
    return member ? value_of(*member, row) : Value{};
  } else if constexpr (type_of<T>() == Type::word) {
    return row.words.at(static_cast<std::size_t>(member));
  } else if constexpr (type_of<T>() == Type::number || type_of<T>() == Type::integer) {
    return static_cast<double>(member);
  } else if constexpr (type_of<T>() == Type::numbers) {
    return member.empty() ? Value{} : Value{member};
  } else if constexpr (type_of<T>() == Type::dataset) {
    return member ? Value{member} : Value{};
  } else {
    return member;
  }
}

// The value fits the row.
template <class T>
void put_value(const Value& value, const Row& row, T& member) {
  if constexpr (is_optional<T>) {
    put_value(value, row, member.emplace());
  } else if constexpr (type_of<T>() == Type::word) {
    std::size_t word = 0;
    while (row.words.at(word) != std::get<std::string>(value)) ++word;
    member = static_cast<T>(word);
  } else if constexpr (type_of<T>() == Type::number || type_of<T>() == Type::integer) {
    member = static_cast<T>(std::get<double>(value));
  } else {
    member = std::get<T>(value);
  }
}

template <class O>
class Table {
 public:
  // The row's type and preset follow from the member, which may be one of a base's.
  template <class B, class M>
  void add(M B::* member, Row row) {
    row.type = type_of<M>();
    append(
        std::move(row), [member](const O& o, const Row& r) { return value_of(o.*member, r); },
        [member](O& o, const Value& value, const Row& r) { put_value(value, r, o.*member); });
  }
  // The rows of a struct that is a member.
  template <class B, class M>
  void add(M B::* member, const Table<M>& table) {
    for (std::size_t i = 0; i < table.rows().size(); ++i)
      append(
          table.rows()[i], [member, &table, i](const O& o, const Row&) { return table.value(i, o.*member); },
          [member, &table, i](O& o, const Value& value, const Row&) { table.put(i, value, o.*member); });
  }
  // What these rows need besides.
  void need(const Need& need, const std::vector<std::string>& options) {
    for (Row& row : rows_)
      if (std::find(options.begin(), options.end(), row.name) != options.end()) row.needs.push_back(need);
  }
  // What must hold between options beside the rows' needs.
  void add(std::function<std::optional<Refusal>(const O&)> relation) { relations_.push_back(std::move(relation)); }

  const std::vector<Row>& rows() const { return rows_; }
  const std::vector<std::function<std::optional<Refusal>(const O&)>>& relations() const { return relations_; }
  Value value(std::size_t row, const O& options) const { return get_[row](options, rows_[row]); }
  void put(std::size_t row, const Value& value, O& options) const { put_[row](options, value, rows_[row]); }
  std::vector<Value> values(const O& options) const {
    std::vector<Value> all;
    for (std::size_t i = 0; i < rows_.size(); ++i) all.push_back(value(i, options));
    return all;
  }

 private:
  using Get = std::function<Value(const O&, const Row&)>;
  using Put = std::function<void(O&, const Value&, const Row&)>;
  void append(Row row, Get get, Put put) {
    row.preset = get(O{}, row);
    rows_.push_back(std::move(row));
    get_.push_back(std::move(get));
    put_.push_back(std::move(put));
  }

  std::vector<Row> rows_;
  std::vector<Get> get_;
  std::vector<Put> put_;
  std::vector<std::function<std::optional<Refusal>(const O&)>> relations_;
};

// The table of the options that are an O, which a file *_table.cpp makes.
template <class O>
const Table<O>& table();

}  // namespace wakesleep::options
