#include "cli/data_options.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <numeric>
#include <sstream>
#include <stdexcept>

#include "cli/commands.h"
#include "cli/data_files.h"
#include "cli/needs.h"
#include "cli/number_checks.h"
#include "io/json.h"
#include "regression/rotated_faces.h"
#include "units/description.h"
#include "wakesleep/idx.h"
#include "wakesleep/patterns.h"
#include "wakesleep/stroke_digits.h"

namespace wakesleep::cli {
namespace {

constexpr Index generated_unless_given = 10000;

bool digits_or_clothes(const DataOptions& o) { return o.data == "mnist" || o.data == "fashion-mnist"; }
bool in_folder(const DataOptions& o) { return o.images.empty() && (digits_or_clothes(o) || o.data == "rotated-faces"); }
// Whether there is a first example, a second and so on, of which --count takes some.
bool in_files(const DataOptions& o) { return !o.images.empty() || digits_or_clothes(o); }
bool random_shifter(const DataOptions& o) { return o.data == "shifter" && (o.count || o.size > 10); }

}  // namespace

Units parse_units(const std::string& text) {
  std::vector<std::string> parts;
  for (std::size_t first = 0; first <= text.size();) {
    const std::size_t end = std::min(text.find(':', first), text.size());
    parts.push_back(text.substr(first, end - first));
    first = end + 1;
  }
  units::Description described{parts[0]};
  for (std::size_t i = 1; i < parts.size(); ++i) {
    if (parts[i] == "learned") {
      described.learned_sigma = true;
      continue;
    }
    char* end = nullptr;
    const double size = std::strtod(parts[i].c_str(), &end);
    if (parts[i].empty() || *end)
      throw std::invalid_argument(
          "units are a type, gaussian:learned, or softmax with its groups as in softmax:10:4, not " + text);
    if (!described.groups) described.groups.emplace();
    described.groups->push_back(size);
  }
  return units::units_from("units", described);
}

void DataFlags::add(CLI::App& command) {
  DataOptions& o = options_;
  const auto keep = [&](CLI::Option* option) {
    flags_.push_back(option->group("Data"));
    return option;
  };
  CLI::Option* data = keep(command.add_option("--data", o.data, "Which examples, of those that have a name")
                               ->check(CLI::IsMember({"mnist", "fashion-mnist", "stroke-digits", "bars-and-stripes",
                                                      "shifter", "rotated-faces"}))
                               ->capture_default_str());
  CLI::Option* images =
      keep(command
               .add_option("--images", o.images,
                           "Your own examples instead, one a row: an IDX file (plain or gzip), a NumPy array (.npy) or "
                           "CSV")
               ->check(not_empty())
               ->excludes(data));
  keep(command
           .add_option("--labels", o.labels,
                       "Their labels, whole numbers from 0, one a row, in a file of the same kinds")
           ->check(not_empty())
           ->needs(images));
  keep(command
           .add_option("--scale", o.scale,
                       "What values of --images are multiplied with: 1/255 for pixels of a byte, as those of IDX "
                       "files are unless given")
           ->transform(above_0_or_fraction())
           ->needs(images));
  keep(command
           .add_option("--folder", o.folder,
                       "Where MNIST, Fashion-MNIST and the Olivetti faces are; $WAKESLEEP_DATA unless given")
           ->check(not_empty())
           ->excludes(images));
  keep(command.add_option("--size", o.size, "Size of bars and stripes or the shifter")
           ->check(whole_from(1))
           ->excludes(images));
  keep(command
           .add_option("--count", o.count,
                       "How many examples: of MNIST, Fashion-MNIST and --images the first; of stroke digits and the "
                       "shifter random ones, which are " +
                           std::to_string(generated_unless_given) +
                           " unless given (but all there are of a shifter of size 10 or less), and of rotated faces "
                           "12000 (of their test part 1000)")
           ->check(whole_from(1)));
  keep(command
           .add_option("--data-seed", o.data_seed,
                       "Seed of stroke digits, of rotated faces and of the shifter's random examples")
           ->capture_default_str()
           ->excludes(images));
  keep(command.add_option("--only-label", o.only_label, "Only examples with this label")->check(whole_from(0)));
  CLI::Option* threshold =
      keep(command.add_option("--threshold", o.threshold, "Grey values at or above it become 1, the rest 0")
               ->check(finite_above(0)));
  keep(command
           .add_option("--binarise", o.binarise,
                       "A seed with which each grey value is drawn once to 1 or 0, with itself as the chance of 1")
           ->excludes(threshold));
  keep(
      command.add_flag("--standardise", o.standardise,
                       "Each value less its column's mean over the training part and divided by its standard deviation "
                       "there, as Gaussian units like it"));
  keep(
      command.add_option("--hold-back", o.hold_back, "Keep this many examples, the last, out of the training; 0: none")
          ->check(whole_from(0)));
}

void DataFlags::add_with_part(CLI::App& command) {
  add(command);
  flags_.front()->description(
      "Which examples, of those that have a name. Unless --data or --images is given: what the model was trained on, "
      "with the options below as its file records them (but --count, of sets that are in files, is for its training "
      "part); files of your own have to be named again");
  command
      .add_option("--part", part_,
                  "test (of sets that have a part for it, otherwise all), held-back (see --hold-back) or training")
      ->check(CLI::IsMember({"test", "held-back", "training"}))
      ->capture_default_str()
      ->group("Data");
}

std::string DataFlags::record() const {
  std::string text = options_.images.empty() ? "--data=" + options_.data : "";
  for (const CLI::Option* flag : flags_) {
    const std::string name = flag->get_name();
    if (flag->count() == 0 || name == "--data" || name == "--folder") continue;
    text += (text.empty() ? "" : " ") + name + "=" + flag->results().back();
  }
  return text;
}

bool DataFlags::was_given(const std::string& flag) const {
  return std::any_of(flags_.begin(), flags_.end(),
                     [&](const CLI::Option* one) { return one->get_name() == flag && one->count(); });
}

void DataFlags::refuse_unused(const DataOptions& o) const {
  const bool named = o.images.empty();
  const std::string random = "--data stroke-digits, or shifter with --count or a --size above 10, or rotated-faces";
  const struct {
    const char* flag;
    bool has;
    std::string needs;
  } all[] = {
      {"--folder", in_folder(o), "--data mnist, fashion-mnist or rotated-faces"},
      {"--size", named && (o.data == "bars-and-stripes" || o.data == "shifter"), "--data bars-and-stripes or shifter"},
      {"--count", !named || o.data != "bars-and-stripes", "data of which there are more or fewer"},
      {"--data-seed", named && (o.data == "stroke-digits" || o.data == "rotated-faces" || random_shifter(o)), random}};
  for (const CLI::Option* flag : flags_)
    for (const auto& one : all)
      if (flag->get_name() == one.flag)
        refuse_without(flag, one.has, one.needs + (named ? ", not " + o.data : ", not --images"));
}

const DataOptions& DataFlags::given() const {
  refuse_unused(options_);
  return options_;
}

DataOptions DataFlags::with_record(const std::string& record) const {
  if (record.empty() || was_given("--data") || was_given("--images")) return given();
  if (record.find("--images=") != record.npos)
    throw std::invalid_argument("the model was trained on files: " + record + ". Name them, or --data");
  std::vector<std::string> words;
  std::istringstream text(record);
  for (std::string word; text >> word;) words.push_back(word);
  for (const CLI::Option* flag : flags_)
    if (flag->count()) words.push_back(flag->get_name() + "=" + flag->results().back());
  // The parser takes the words from the back.
  std::reverse(words.begin(), words.end());
  CLI::App reader;
  reader.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  DataFlags flags;
  flags.add(reader);
  try {
    reader.parse(words);
  } catch (const CLI::ParseError& error) {
    throw std::invalid_argument("the model file records data that there are none of (" + record + "): " + error.what() +
                                ". Give --data or --images");
  }
  if (!was_given("--folder")) flags.options_.folder.clear();
  flags.options_.whole_test = !was_given("--count");
  refuse_unused(flags.options_);
  return flags.options_;
}

Part DataFlags::part_of(const DataOptions& options, bool compares) const {
  if (part_ == "test") {
    if (was_given("--hold-back") && !compares && !options.standardise)
      throw std::invalid_argument("--hold-back needs --part held-back or training");
    return Part::test;
  }
  if (part_ == "training") return Part::training;
  if (options.hold_back == 0)
    throw std::invalid_argument("--part held-back needs --hold-back, with what the training held back");
  return Part::held_back;
}

std::string data_folder(const std::string& folder, const std::string& data) {
  if (!folder.empty()) return folder;
  const char* usual = std::getenv("WAKESLEEP_DATA");
  if (!usual || !*usual) throw std::invalid_argument("where is " + data + "? Give --folder, or set WAKESLEEP_DATA");
  return usual;
}

namespace {

// Large files take seconds.
void tell_reading(const std::string& what) { std::fprintf(stderr, "reading %s\n", io::printable(what).c_str()); }

Data read_whole(const DataOptions& o, bool training) {
  if (!o.images.empty()) {
    tell_reading(o.images);
    std::optional<float> scale;
    if (o.scale > 0) scale = static_cast<float>(o.scale);
    Examples own =
        read_examples(o.images, scale, o.labels.empty() ? std::vector<std::uint16_t>() : read_labels(o.labels));
    if (!o.labels.empty()) own.description += ", labels " + o.labels;
    return {std::move(own.data), std::move(own.description)};
  }
  if (o.data == "stroke-digits") {
    // The test part starts where no training part reaches.
    constexpr std::uint64_t first_of_test = std::uint64_t{1} << 32;
    const Index count = o.count.value_or(generated_unless_given);
    return {stroke_digits(count, o.data_seed, training ? 0 : first_of_test),
            std::to_string(count) + " stroke digits, seed " + std::to_string(o.data_seed)};
  }
  if (o.data == "bars-and-stripes")
    return {bars_and_stripes(o.size ? o.size : 3), "bars and stripes, size " + std::to_string(o.size ? o.size : 3)};
  if (o.data == "shifter") {
    const Index size = o.size ? o.size : 8;
    const Index count = random_shifter(o) ? o.count.value_or(generated_unless_given) : 0;
    return {shifter(size, count, o.data_seed),
            "shifter, size " + std::to_string(size) +
                (count ? ", " + std::to_string(count) + " examples, seed " + std::to_string(o.data_seed) : "")};
  }
  if (o.data == "rotated-faces") {
    const FacePart part = training ? FacePart::unlabelled : FacePart::test;
    RotatedFaces faces =
        rotated_faces(data_folder(o.folder, o.data), part, o.count.value_or(usual_count(part)), o.data_seed);
    const std::string count = std::to_string(faces.patches.count());
    return {std::move(faces.patches), count + " patches of rotated Olivetti faces, " +
                                          (training ? "training" : "test") + " persons, seed " +
                                          std::to_string(o.data_seed)};
  }
  const std::string folder = data_folder(o.folder, o.data) + "/" + o.data;
  tell_reading(folder + (training ? ", training images" : ", test images"));
  Dataset data = read_idx_folder(folder, training);
  return {std::move(data), std::string(o.data == "mnist" ? "MNIST" : "Fashion-MNIST") +
                               (training ? ", training images" : ", test images")};
}

}  // namespace

Data read_data(const DataOptions& o, Part part) {
  Data data = read_whole(o, part != Part::test);
  if (o.count && in_files(o) && !(o.whole_test && part == Part::test)) {
    if (*o.count > data.examples.count())
      throw std::out_of_range("--count is " + std::to_string(*o.count) + ", but there are " +
                              std::to_string(data.examples.count()) + ": " + data.description);
    data.examples = data.examples.subset(0, *o.count);
    data.description += ", the first " + std::to_string(*o.count);
  }
  if (o.binarise) {
    data.examples = data.examples.binarised(*o.binarise);
    data.description += ", binarised by seed " + std::to_string(*o.binarise);
  }
  if (o.hold_back > 0 && part != Part::test) {
    const Index kept = data.examples.count() - o.hold_back;
    if (kept < 1)
      throw std::out_of_range("--hold-back must leave at least one of " + std::to_string(data.examples.count()));
    std::vector<std::uint32_t> rows(static_cast<std::size_t>(part == Part::training ? kept : o.hold_back));
    std::iota(rows.begin(), rows.end(), part == Part::training ? 0u : static_cast<std::uint32_t>(kept));
    data.examples = data.examples.subset(rows);
    data.description +=
        part == Part::training ? ", the first " + std::to_string(kept) : ", the last " + std::to_string(o.hold_back);
  }
  if (o.only_label >= 0) {
    data.examples = data.examples.with_label(o.only_label);
    data.description += ", label " + std::to_string(o.only_label) + " only";
  }
  if (o.threshold >= 0) {
    data.examples = data.examples.thresholded(static_cast<float>(o.threshold));
    data.description += ", thresholded at " + CLI::detail::to_string(o.threshold);
  }
  if (o.standardise) {
    DataOptions plain = o;
    plain.standardise = false;
    if (part == Part::test && !o.images.empty())
      throw std::invalid_argument(
          "--standardise takes its means from the training part, which --images has beside --part held-back only");
    const Dataset training = part == Part::training ? data.examples : read_data(plain, Part::training).examples;
    data.examples = data.examples.standardised(training.mean(), training.deviation());
    data.description += ", standardised";
  }
  return data;
}

void check_fits(const Data& data, const Units& units) {
  try {
    data.examples.check_values(units, data.description);
  } catch (const std::out_of_range& error) {
    throw std::out_of_range(
        std::string(error.what()) +
        "; --scale 1/255 makes pixels of bytes, --threshold or --binarise makes bits, and other numbers need units "
        "that can have them, as gaussian units can with --standardise");
  }
}

}  // namespace wakesleep::cli
