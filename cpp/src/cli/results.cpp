#include "cli/results.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "cli/needs.h"
#include "cli/number_checks.h"
#include "cli/output_file.h"
#include "cli/pictures.h"
#include "io/json.h"
#include "io/npy.h"

namespace wakesleep::cli {
namespace {

using Bytes = std::vector<std::uint8_t>;
using Results = std::vector<Result>;

// The shortest text that reads as the same float.
void add_number(std::string& text, float value) {
  std::array<char, 32> digits;
  text.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr);
}

Bytes bytes_of(const std::string& text) { return {text.begin(), text.end()}; }

// A line of names, numbered from 0 where a result has several columns, and then a line a row.
Bytes csv_file(const Results& results, Index) {
  std::string text;
  for (const Result& result : results)
    for (Index c = 0; c < result.values.cols(); ++c) {
      if (!text.empty()) text += ',';
      text += result.name + (result.values.cols() > 1 ? "_" + std::to_string(c) : "");
    }
  text += '\n';
  for (Index r = 0; r < results.front().values.rows(); ++r) {
    bool first = true;
    for (const Result& result : results)
      for (Index c = 0; c < result.values.cols(); ++c) {
        if (!std::exchange(first, false)) text += ',';
        add_number(text, result.values(r, c));
      }
    text += '\n';
  }
  return bytes_of(text);
}

// The results side by side in one array.
Bytes npy_file(const Results& results, Index) {
  Index columns = 0;
  for (const Result& result : results) columns += result.values.cols();
  Matrix all(results.front().values.rows(), columns);
  columns = 0;
  for (const Result& result : results) {
    all.middleCols(columns, result.values.cols()) = result.values;
    columns += result.values.cols();
  }
  return io::npy_file(all);
}

// A list a result: of rows, or of numbers where a result has one column.
Bytes json_file(const Results& results, Index) {
  io::JsonWriter json;
  json.begin_object();
  for (const Result& result : results) {
    const bool lists = result.values.cols() > 1;
    json.key(result.name).begin_list();
    for (Index r = 0; r < result.values.rows(); ++r) {
      if (lists) json.begin_list();
      for (Index c = 0; c < result.values.cols(); ++c) json.number(result.values(r, c));
      if (lists) json.end_list();
    }
    json.end_list();
  }
  json.end_object();
  return bytes_of(json.text() + '\n');
}

Bytes png(const Results& results, Index width) { return png_file(contact_sheet(results.front().values, width)); }
Bytes pgm(const Results& results, Index width) { return pgm_file(contact_sheet(results.front().values, width)); }

// A form that results are written in.
struct Form {
  std::string_view extension;
  bool picture;
  Bytes (*file)(const Results& results, Index width);
};
constexpr Form forms[] = {
    {"png", true, png},         {"csv", false, csv_file}, {"npy", false, npy_file},
    {"json", false, json_file}, {"pgm", true, pgm},
};

std::vector<std::string> names_of_forms(bool pictures) {
  std::vector<std::string> names;
  for (const Form& form : forms)
    if (pictures || !form.picture) names.emplace_back(form.extension);
  return names;
}

const Form& form_of(const std::string& path, const std::string& name, const std::string& flag, bool pictures) {
  const std::string extension = std::filesystem::path(path).extension().string();
  std::string ending;
  for (const char letter : extension.substr(std::min<std::size_t>(1, extension.size())))
    ending += static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  const std::string wanted = name.empty() ? ending : name;
  if (wanted != ending &&
      std::any_of(std::begin(forms), std::end(forms), [&](const Form& form) { return form.extension == ending; }))
    throw std::invalid_argument(flag + " " + path + " and --form " + name + " contradict each other");
  for (const Form& form : forms)
    if (form.extension == wanted && (pictures || !form.picture)) return form;
  std::string all;
  for (const std::string& one : names_of_forms(pictures)) all += (all.empty() ? "." : ", .") + one;
  throw std::invalid_argument(flag + " " + path + ": a file ends with one of " + all +
                              ", which says how it is written; without such an ending --form says it");
}

}  // namespace

Matrix column(const std::vector<int>& labels) {
  return Eigen::Map<const Eigen::VectorXi>(labels.data(), std::ssize(labels)).cast<float>();
}

CLI::Option* ResultFile::add(CLI::App& command, const std::string& what) {
  const std::vector<std::string> names = names_of_forms(pictures_);
  std::string ends;
  for (const std::string& name : names) ends += (ends.empty() ? "." : name == names.back() ? " or ." : ", .") + name;
  CLI::Option* option = command.add_option(flag_, path_, what + "; its name ends with " + ends)->check(not_empty());
  form_given_ =
      command.add_option("--form", form_, "How " + flag_ + " is written, where its name does not say it (/dev/stdout)")
          ->check(CLI::IsMember(names));
  if (pictures_)
    width_given_ = command
                       .add_option("--width", width_,
                                   "Pixels in a row of an image; unless given, images are square. Of .png and .pgm")
                       ->check(whole_from(1));
  return option;
}

Index ResultFile::width_of(Index columns) const {
  return width_ ? width_ : static_cast<Index>(std::lround(std::sqrt(static_cast<double>(columns))));
}

void ResultFile::check_absent() const { refuse_without(form_given_, false, flag_); }

void ResultFile::check(std::size_t results, Index columns) const {
  const Form& form = form_of(path_, form_, flag_, pictures_);
  if (width_given_) refuse_without(width_given_, form.picture, "a picture to be written, .png or .pgm");
  if (form.picture && results > 1)
    throw std::invalid_argument(flag_ + " " + path_ + ": a picture shows one result, not " + std::to_string(results));
  if (form.picture && (width_ ? columns % width_ : width_of(columns) * width_of(columns) - columns) != 0)
    throw std::invalid_argument(std::to_string(columns) + " values a row are no image " +
                                (width_ ? std::to_string(width_) + " pixels wide" : "that is square: give --width"));
  try_output(flag_, path_);
}

void ResultFile::write(const std::vector<Result>& results) const {
  write_file(path_, form_of(path_, form_, flag_, pictures_).file(results, width_of(results.front().values.cols())));
}

}  // namespace wakesleep::cli
