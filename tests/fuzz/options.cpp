// Options as text, a "name=value" a line: each is read or refused with the name of an option of the table; what is read
// is within its range, and reads from its own text as the same.
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

template <class O>
Bytes every_row() {
  Bytes text;
  for (const options::Row& row : options::table<O>().rows()) {
    const std::string line = row.name + "=" + (row.words.empty() ? "1" : row.words.front()) + "\n";
    text.insert(text.end(), line.begin(), line.end());
  }
  return text;
}

}  // namespace

std::vector<Bytes> fuzz::seeds() {
  std::vector<Bytes> all = {every_row<TrainingOptions>(),        every_row<UpDownOptions>(),
                            every_row<DbmTrainingOptions>(),     every_row<SbnTrainingOptions>(),
                            every_row<NetworkTrainingOptions>(), every_row<MeanFieldOptions>(),
                            every_row<LogPartitionOptions>()};
  for (const std::string_view text :
       {"learningRate=0.05\nk=3\nmethod=pcd\nchains=100\n", "epochs=-1\nbatchSize=1e30\nlearningRate=nan\n",
        "optimizer=adam\nmomentum=0.9\n", "sparsityTarget=0.1\nsparsityCost=0.01\nsparsityDecay=0.9\n"})
    all.emplace_back(text.begin(), text.end());
  return all;
}

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
  for (std::size_t i = 0; i < options::table<O>().rows().size(); ++i) {
    const options::Value value = options::table<O>().value(i, onto);
    fuzz::require(!options::is_given(value) || !options::refusal_of(options::table<O>().rows()[i], value));
  }
  for (const auto& [name, value] : given) {
    const options::Row& row = options::table<O>().rows()[options::row_of(options::table<O>().rows(), name, "options")];
    if (options::refusal_of(row, value)) continue;
    const std::string written = options::plain_text_of(value);
    if (!written.empty()) fuzz::require(options::plain_text_of(options::parse(row, written)) == written);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try_table<TrainingOptions>(text);
  try_table<UpDownOptions>(text);
  try_table<DbmTrainingOptions>(text);
  try_table<SbnTrainingOptions>(text);
  try_table<NetworkTrainingOptions>(text);
  try_table<MeanFieldOptions>(text);
  try_table<LogPartitionOptions>(text);
  return 0;
}
