#include "options/read.h"

#include <cstdlib>

namespace wakesleep::options {

std::size_t row_of(const std::vector<Row>& rows, const std::string& name, const std::string& what) {
  std::string known;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].name == name) return i;
    known += (i ? ", " : "") + rows[i].name;
  }
  throw OptionMisuse({name, what + " has no entry '" + name + "'; known are " + known, false});
}

Value parse(const Row& row, const std::string& text) {
  switch (row.type) {
    case Type::number:
    case Type::integer: {
      char* end = nullptr;
      const double number = std::strtod(text.c_str(), &end);
      return text.empty() || *end ? Value{text} : Value{number};
    }
    case Type::boolean:
      if (text == "on" || text == "true") return true;
      return text == "off" || text == "false" ? Value{false} : Value{text};
    case Type::word:
    case Type::numbers:
    case Type::dataset:
      return text;
  }
  return text;
}

}  // namespace wakesleep::options
