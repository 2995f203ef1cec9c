#include "options/table.h"

namespace wakesleep::options {

void Rows::append(Row row, const Member& member, const void* untouched) {
  row.preset = member.get(static_cast<const char*>(untouched) + member.offset, row);
  rows_.push_back(std::move(row));
  members_.push_back(member);
}

std::vector<Value> Rows::values_in(const void* options) const {
  std::vector<Value> all;
  for (std::size_t i = 0; i < rows_.size(); ++i) all.push_back(value_in(options, i));
  return all;
}

}  // namespace wakesleep::options
