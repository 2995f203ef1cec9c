// Options as text, a letter that names their table and then a "name=value" a line: each is read or refused with the
// name of an option of the table; what is read is within its range, and reads from its own text as the same.
#include <array>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>

#include "options/read.h"
#include "seeds.h"
#include "wakesleep/dbm_training.h"
#include "wakesleep/log_partition_options.h"
#include "wakesleep/network_training.h"
#include "wakesleep/sbn_training.h"
#include "wakesleep/training.h"
#include "wakesleep/up_down.h"

using namespace wakesleep;
using fuzz::Bytes;

namespace {

// Entries that the table knows, and values that are text of one of its types.
template <class O>
options::Entries entries(std::string_view text) {
  const std::vector<options::Row>& rows = options::table<O>().rows();
  options::Entries all;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string name(line.substr(0, equals));
    try {
      const std::size_t row = options::row_of(rows, name, "options");
      all.emplace_back(name, options::parse(rows[row], std::string(line.substr(equals + 1))));
    } catch (const OptionMisuse& misuse) {
      fuzz::require(misuse.option == name);
    }
  }
  return all;
}

template <class O>
void try_table(std::string_view text) {
  const options::Entries given = entries<O>(text);
  O onto;
  for (const Refusal& refusal : options::read(given, onto)) {
    fuzz::require(!refusal.message.empty());
    if (!refusal.option.empty()) options::row_of(options::table<O>().rows(), refusal.option, "options");
  }
  const std::vector<options::Row>& rows = options::table<O>().rows();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const options::Value value = options::table<O>().value(i, onto);
    fuzz::require(!options::is_given(value) || !options::refusal_of(rows[i], value));
  }
  for (const auto& [name, value] : given) {
    const options::Row& row = rows[options::row_of(rows, name, "options")];
    if (options::refusal_of(row, value)) continue;
    const std::string written = options::plain_text_of(value);
    if (!written.empty()) fuzz::require(options::plain_text_of(options::parse(row, written)) == written);
  }
}

struct TableOfOptions {
  const std::vector<options::Row>& (*rows)();
  void (*try_text)(std::string_view text);
};

template <class O>
constexpr TableOfOptions of() {
  return {[]() -> const std::vector<options::Row>& { return options::table<O>().rows(); }, try_table<O>};
}

// One table an input: a line of one table's option is an unknown name to the six others, and to build that error's list
// of names seven times takes longer than all else.
constexpr std::array tables = {of<TrainingOptions>(),    of<UpDownOptions>(),          of<DbmTrainingOptions>(),
                               of<SbnTrainingOptions>(), of<NetworkTrainingOptions>(), of<MeanFieldOptions>(),
                               of<LogPartitionOptions>()};
constexpr char first_letter = 'a';

}  // namespace

std::vector<Bytes> fuzz::seeds() {
  std::vector<Bytes> all;
  for (std::size_t i = 0; i < tables.size(); ++i) {
    const char letter = static_cast<char>(first_letter + static_cast<char>(i));
    std::string every(1, letter);
    for (const options::Row& row : tables[i].rows())
      every += row.name + "=" + (row.words.empty() ? "1" : row.words.front()) + "\n";
    for (const std::string& text : {every, letter + std::string("learningRate=0.05\nk=3\nmethod=pcd\nchains=100\n"),
                                    letter + std::string("epochs=-1\nbatchSize=1e30\nlearningRate=nan\n"),
                                    letter + std::string("optimizer=adam\nmomentum=0.9\n"),
                                    letter + std::string("sparsityTarget=0.1\nsparsityCost=0.01\nsparsityDecay=0.9\n")})
      all.emplace_back(text.begin(), text.end());
  }
  return all;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  tables[static_cast<std::uint8_t>(text.front() - first_letter) % tables.size()].try_text(text.substr(1));
  return 0;
}
