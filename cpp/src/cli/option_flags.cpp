#include "cli/option_flags.h"

#include <algorithm>
#include <cctype>
#include <sstream>
#include <stdexcept>

namespace wakesleep::cli {
namespace {

std::string joined(const std::vector<std::string>& items, const char* between) {
  std::string text;
  for (const std::string& item : items) text += (text.empty() ? "" : between) + item;
  return text;
}

std::string help_of(const options::Row& row) {
  const std::string text = std::string(row.help) + ": " + options::allowed(row);
  return row.source.empty() ? text : text + " (" + std::string(row.source) + ")";
}

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts;
  std::stringstream stream(text + ',');
  for (std::string part; std::getline(stream, part, ',');) parts.push_back(part);
  return parts;
}

}  // namespace

std::string flag_of(const std::string& option, const std::string& prefix) {
  std::string flag = prefix.empty() ? "--" : "--" + prefix + '-';
  for (const char letter : option) {
    const auto c = static_cast<unsigned char>(letter);
    if (std::isupper(c)) flag += '-';
    flag += static_cast<char>(std::tolower(c));
  }
  return flag;
}

void OptionFlags::add(CLI::App& command, const std::string& kind, const std::vector<options::Row>& rows,
                      const std::string& group, const std::string& prefix) {
  for (const options::Row& row : rows) {
    names_.insert(row.name);
    if (row.type == options::Type::numbers || row.type == options::Type::dataset) continue;
    const std::string name = flag_of(row.name, prefix);
    Flag& flag = flags_[name];
    if (!flag.option) flag.option = command.add_option(name, flag.text)->group(group);
    if (row.type == options::Type::boolean) flag.option->expected(0, 1);
    Meaning meaning{{kind},
                    prefix.empty() ? help_of(row) : "as " + flag_of(row.name) + " of rbm",
                    options::plain_text_of(row.preset)};
    std::vector<Meaning>& known = flag.meanings;
    if (!known.empty() && known.back().help == meaning.help && known.back().preset == meaning.preset) {
      known.back().kinds.push_back(kind);
    } else {
      known.push_back(std::move(meaning));
    }
    flag.option->description(flag.help());
  }
}

bool OptionFlags::Flag::is_of(const std::string& kind) const {
  return std::any_of(meanings.begin(), meanings.end(), [&](const Meaning& meaning) {
    return std::find(meaning.kinds.begin(), meaning.kinds.end(), kind) != meaning.kinds.end();
  });
}

std::string OptionFlags::Flag::help() const {
  std::string text;
  const Meaning* last = nullptr;
  for (const Meaning& meaning : meanings) {
    const std::string kinds = joined(meaning.kinds, ", ");
    if (!last || meaning.help != last->help) {
      text += (last ? ". " : "") + kinds + ": " + meaning.help;
      if (!meaning.preset.empty()) text += ", default " + meaning.preset;
    } else {
      text += "; " + kinds + ": default " + meaning.preset;
    }
    last = &meaning;
  }
  return text;
}

void OptionFlags::check(const std::string& kind) const {
  for (const auto& [name, flag] : flags_)
    if (flag.option->count() && !flag.is_of(kind))
      throw std::invalid_argument(name + " is no option of --model " + kind);
}

std::string OptionFlags::in_flags(const std::string& message, const std::string& prefix) const {
  const auto is_letter = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; };
  std::string text;
  for (std::size_t at = 0; at < message.size();) {
    std::size_t end = at;
    while (end < message.size() && is_letter(message[end])) ++end;
    if (end == at) {
      text += message[at++];
      continue;
    }
    const std::string word = message.substr(at, end - at);
    // `epochs` and `method` are words as well, and so are the values between quotes.
    const bool only_a_name = std::any_of(word.begin(), word.end(), [](unsigned char c) { return std::isupper(c); });
    const bool named = at == 0 || message.compare(end, 2, " '") == 0 || only_a_name;
    const bool within = at > 0 && (message[at - 1] == '-' || message[at - 1] == '\'');
    if (names_.contains(word) && named && !within) {
      const std::string own = flag_of(word, prefix);
      text += flags_.contains(own) ? own : flag_of(word);
    } else {
      text += word;
    }
    at = end;
  }
  return text;
}

void OptionFlags::refuse(std::vector<Refusal> refusals, const std::string& prefix) const {
  for (Refusal& one : refusals) one.message = in_flags(one.message, prefix);
  wakesleep::refuse(refusals);
}

std::string OptionFlags::text(const std::string& option) const {
  const auto found = flags_.find(flag_of(option));
  return found == flags_.end() ? std::string() : found->second.text;
}

options::Entries OptionFlags::entries(const std::vector<options::Row>& rows, std::size_t layer, std::size_t layers,
                                      const std::string& prefix) const {
  options::Entries entries;
  for (const options::Row& row : rows) {
    const auto found = flags_.find(flag_of(row.name, prefix));
    if (found == flags_.end() || found->second.option->count() == 0) continue;
    const std::vector<std::string> parts = split(found->second.text);
    if (parts.size() != 1 && parts.size() != layers)
      throw std::out_of_range(found->first + " takes one value or one for each of " + std::to_string(layers) +
                              " layers, not " + std::to_string(parts.size()));
    const bool one = parts.size() == 1;
    const std::string& text = parts[one ? 0 : layer];
    const bool switched_on = one && text.empty() && row.type == options::Type::boolean;
    const options::Value value = switched_on ? options::Value{true} : options::parse(row, text);
    if (one || !(text.empty() || value == row.preset)) entries.emplace_back(row.name, value);
  }
  return entries;
}

}  // namespace wakesleep::cli
