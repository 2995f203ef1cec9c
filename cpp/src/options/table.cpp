#include "options/table.h"

#include <algorithm>

namespace wakesleep::options {

void Rows::need(const Need& need, const std::vector<std::string>& options) {
  for (Row& row : rows_)
    if (std::find(options.begin(), options.end(), row.name) != options.end()) row.needs.push_back(need);
}

void Rows::append(Row row, const Member& member, const void* untouched) {
  row.preset = member.get(static_cast<const char*>(untouched) + member.offset, row);
  rows_.push_back(std::move(row));
  members_.push_back(member);
}

void Rows::append(const Rows& rows, std::ptrdiff_t offset, const void* untouched) {
  for (std::size_t i = 0; i < rows.rows_.size(); ++i) {
    Member member = rows.members_[i];
    member.offset += offset;
    append(rows.rows_[i], member, untouched);
  }
}

std::vector<Value> Rows::values_in(const void* options) const {
  std::vector<Value> all;
  for (std::size_t i = 0; i < rows_.size(); ++i) all.push_back(value_in(options, i));
  return all;
}

}  // namespace wakesleep::options
