#include <doctest/doctest.h>

#include <cmath>
#include <string>

#include "io/csv.h"
#include "wakesleep/errors.h"

using namespace wakesleep;

namespace {

using Floats = std::vector<float>;

io::NumberArray parse(const std::string& text) {
  return io::parse_csv({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

void check(const std::string& text, std::vector<Index> shape, const Floats& values) {
  CAPTURE(text);
  const io::NumberArray read = parse(text);
  CHECK(read.shape == shape);
  CHECK(std::get<Floats>(read.values) == values);
}

void check_refused(const std::string& text, const std::string& part) {
  CAPTURE(text);
  std::string message;
  try {
    parse(text);
  } catch (const Error& error) {
    message = error.what();
    CHECK(error.code() == ErrorCode::format);
  }
  CHECK_MESSAGE(message.find(part) != message.npos, message);
}

}  // namespace

TEST_CASE("CSV is read with every separator, with names, comments, marks and any line ends") {
  const Floats values = {1, -0.5f, 3e-2f, 4, 5, 6};
  for (const char* separator : {",", ";", "\t", " ", " , ", ",\t", "   "}) {
    const std::string s(separator);
    check("1" + s + "-0.5" + s + "3e-2\n4" + s + "5" + s + "6\n", {2, 3}, values);
  }
  check("1,-.5,3e-2\r\n4,5,+6", {2, 3}, values);
  check("\xef\xbb\xbf\"label\",pixel 0,pixel_1\n1,-0.5,0.03\n\n4,5,6\n\n", {2, 3}, values);
  check("# numpy.savetxt\na b,c,d\n1 -0.5 0.03\n# more\n4 5 6\n", {2, 3}, values);
  check(" 7 \n", {1, 1}, {7});
  check("label\n7\n8", {2, 1}, {7, 8});
  check("0.1,16777217\n", {1, 2}, {0.1f, 16777216});
  const Floats read = std::get<Floats>(parse("nan,inf,1e300\n").values);
  CHECK(std::isnan(read[0]));
  CHECK((std::isinf(read[1]) && std::isinf(read[2])));
}

TEST_CASE("CSV that is no table of numbers is refused with the line and the column") {
  check_refused("", "there are no numbers");
  check_refused("a,b\n\n# 1\n", "there are no numbers");
  check_refused("1,2\n3\n", "line 2 has 1 numbers, where the lines before have 2");
  check_refused("1,2\n\n3,4,5\n", "line 3 has 3 numbers");
  check_refused("1,2\n3,x\n", "line 2, column 2: 'x' is not a number");
  check_refused("1,2\n3,\n", "line 2, column 2: there is nothing");
  check_refused(",0,1\n1,2,3\n", "line 1, column 1: there is nothing");
  check_refused(",\n,\n", "line 1, column 1: there is nothing");
  check_refused("a,b\nc,d\n", "line 2, column 1: 'c' is not a number");
  check_refused("0,5;1,5\n", "not a decimal comma");
  check_refused("1,2x\n", "'2x' is not a number");
  check_refused("1,\"2\"\n", "is not a number");
  check_refused("1,0x10\n", "is not a number");
  check_refused("1,+-2\n", "is not a number");
  check_refused(std::string("1,2\0,3\n", 7), "is not a number");
}
