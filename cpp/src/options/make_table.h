// How a file *_table.cpp makes a table: it says add_rows for its options, and then instantiates table for them.
#pragma once

#include "options/table.h"

namespace wakesleep::options {

template <class O>
void add_rows(Table<O>& table);

template <class O>
const Table<O>& table() {
  static const Table<O> made = [] {
    Table<O> rows;
    add_rows(rows);
    return rows;
  }();
  return made;
}

}  // namespace wakesleep::options
