#include "cli/model_input.h"

#include <algorithm>

#include "cli/commands.h"
#include "cli/number_checks.h"

namespace wakesleep::cli {

ModelInput::ModelInput(CLI::App& command) {
  command.add_option("model", model_, "Model file")->required();
  data_.add_with_part(command);
  command.add_option("--rows", rows_, "Only so many examples, the first; 0: all")->check(whole_from(0))->group("Data");
}

ModelAndData ModelInput::read(const std::function<void(const Model&)>& check, bool compares) const {
  const std::vector<std::uint8_t> bytes = read_model_file(model_);
  Model model = open_model(model_, bytes);
  if (check) check(model);
  const auto notes = model_notes(bytes);
  const auto record = notes.find(data_note);
  DataOptions options = data_.with_record(record == notes.end() ? "" : record->second);
  const Part part = data_.part_of(options, compares);
  Data data = read_data(options, part);
  if (rows_ > 0 && rows_ < data.examples.count()) {
    data.examples = data.examples.subset(0, rows_);
    data.description += ", the first " + std::to_string(rows_);
  }
  check_fits(data, units_of(model).front());
  return {std::move(model), std::move(options), part, std::move(data)};
}

}  // namespace wakesleep::cli
