// JSON: an Error for what is damaged; what is read can be written and is read again as the same.
#include "io/json.h"

#include <cstddef>
#include <span>
#include <string_view>

#include "seeds.h"
#include "wakesleep/errors.h"

using namespace wakesleep;
using fuzz::Bytes;

namespace {

constexpr int most_levels = 8;

}  // namespace

std::vector<Bytes> fuzz::seeds() {
  std::vector<Bytes> all;
  for (const std::string_view text :
       {R"({"a":[1,2.5,-3e-7,true,false,null],"b":{"c":""}})", R"("\u00e9\ud83d\ude00\\\"\/\b\f\n\r\t")",
        "[[[[[[[[]]]]]]]]", " 18446744073709551615 ",
        R"({"__metadata__":{"wakesleep":"{\"kind\":\"rbm\"}"},"W":{"dtype":"F32"}})", "é"})
    all.emplace_back(text.begin(), text.end());
  return all;
}

namespace {

bool writable(const io::Json& json) {
  bool all = json.kind != io::Json::Kind::other_number && json.kind != io::Json::Kind::null;
  for (const io::Json& value : json.values) all = all && writable(value);
  return all;
}

void write(const io::Json& json, io::JsonWriter& writer) {
  switch (json.kind) {
    case io::Json::Kind::null:
    case io::Json::Kind::other_number:
      return;  // writable() leaves these out
    case io::Json::Kind::boolean:
      writer.boolean(json.boolean);
      return;
    case io::Json::Kind::whole:
      writer.whole(json.whole);
      return;
    case io::Json::Kind::string:
      writer.string(json.string);
      return;
    case io::Json::Kind::list:
      writer.begin_list();
      for (const io::Json& value : json.values) write(value, writer);
      writer.end_list();
      return;
    case io::Json::Kind::object:
      writer.begin_object();
      for (const auto& [key, place] : json.keys) {
        writer.key(key);
        write(json.values[place], writer);
      }
      writer.end_object();
      return;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    const io::Json json = io::parse_json(text, "the text", most_levels);
    fuzz::require(io::is_utf8(text));
    if (!writable(json)) return 0;
    io::JsonWriter first, second;
    write(json, first);
    write(io::parse_json(first.text(), "what was written", most_levels), second);
    fuzz::require(first.text() == second.text());
  } catch (const Error& error) {
    fuzz::require(error.code() == ErrorCode::format);
    fuzz::require(io::is_utf8(error.what()));
  }
  return 0;
}
