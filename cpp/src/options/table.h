// A table: the options that one struct holds, a row an option, and the way to each one's member.
#pragma once

#include <cstddef>
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

// Where a member stands in its struct, and the way from it to a value and back.
struct Member {
  std::ptrdiff_t offset;
  Value (*get)(const void* member, const Row& row);
  void (*put)(void* member, const Value& value, const Row& row);
};

// A table of any struct: what tables do has one body, and nothing but the members' types and places differs.
class Rows {
 public:
  const std::vector<Row>& rows() const { return rows_; }
  const std::vector<Member>& members() const { return members_; }
  // What these rows need besides.
  void need(const Need& need, const std::vector<std::string>& options);

 protected:
  void append(Row row, const Member& member, const void* untouched);
  void append(const Rows& rows, std::ptrdiff_t offset, const void* untouched);
  Value value_in(const void* options, std::size_t row) const {
    return members_[row].get(static_cast<const char*>(options) + members_[row].offset, rows_[row]);
  }
  void put_in(void* options, std::size_t row, const Value& value) const {
    members_[row].put(static_cast<char*>(options) + members_[row].offset, value, rows_[row]);
  }
  std::vector<Value> values_in(const void* options) const;

 private:
  std::vector<Row> rows_;
  std::vector<Member> members_;
};

template <class O>
class Table : public Rows {
 public:
  using Relation = std::optional<Refusal> (*)(const O& options);

  // The row's type and preset follow from the member, which may be one of a base's.
  template <class B, class M>
  void add(M B::* member, Row row) {
    row.type = type_of<M>();
    append(std::move(row),
           {offset_of(member), [](const void* at, const Row& r) { return value_of(*static_cast<const M*>(at), r); },
            [](void* at, const Value& value, const Row& r) { put_value(value, r, *static_cast<M*>(at)); }},
           &untouched_);
  }
  // The rows of a struct that is a member.
  template <class B, class M>
  void add(M B::* member, const Table<M>& table) {
    append(table, offset_of(member), &untouched_);
  }
  // The rows of a base.
  template <class B>
  void add(const Table<B>& table) {
    append(table, offset_of(static_cast<const B&>(untouched_)), &untouched_);
  }
  // What must hold between options beside the rows' needs.
  void add(Relation relation) { relations_.push_back(relation); }

  const std::vector<Relation>& relations() const { return relations_; }
  Value value(std::size_t row, const O& options) const { return value_in(&options, row); }
  void put(std::size_t row, const Value& value, O& options) const { put_in(&options, row, value); }
  std::vector<Value> values(const O& options) const { return values_in(&options); }

 private:
  template <class B, class M>
  std::ptrdiff_t offset_of(M B::* member) const {
    return offset_of(untouched_.*member);
  }
  template <class Part>
  std::ptrdiff_t offset_of(const Part& part) const {
    return reinterpret_cast<const char*>(&part) - reinterpret_cast<const char*>(&untouched_);
  }

  O untouched_{};
  std::vector<Relation> relations_;
};

// The table of the options that are an O, which a file *_table.cpp makes.
template <class O>
const Table<O>& table();

}  // namespace wakesleep::options
