#include "cli/input_file.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

namespace wakesleep::cli {

InputFile::InputFile(const std::string& path) : path_(path), file_(std::fopen(path.c_str(), "rb")) {
  if (!file_) fail();
}

void InputFile::read(std::vector<std::uint8_t>& bytes, std::size_t most) {
  constexpr std::size_t piece = std::size_t{1} << 22;
  const std::size_t end = bytes.size() + std::min(most, SIZE_MAX - bytes.size());
  while (bytes.size() < end) {
    const std::size_t had = bytes.size();
    bytes.resize(had + std::min(end - had, piece));
    const std::size_t got = std::fread(bytes.data() + had, 1, bytes.size() - had, file_);
    bytes.resize(had + got);
    // A folder opens like a file.
    if (std::ferror(file_)) fail();
    if (got == 0) return;
  }
}

void InputFile::read_rest(std::vector<std::uint8_t>& bytes, std::optional<std::uint64_t> promised) {
  const auto all = length();
  if (all) bytes.reserve(static_cast<std::size_t>(*all));
  if (all || !promised) return read(bytes, SIZE_MAX);
  if (*promised >= bytes.size()) read(bytes, static_cast<std::size_t>(*promised - bytes.size()));
  if (*promised == bytes.size()) read(bytes, 1);
}

std::optional<std::uint64_t> InputFile::length() const {
  std::error_code none;
  if (!std::filesystem::is_regular_file(path_, none)) return std::nullopt;
  const std::uintmax_t size = std::filesystem::file_size(path_, none);
  return none ? std::nullopt : std::optional<std::uint64_t>(size);
}

void InputFile::fail() const { throw Error(ErrorCode::io, path_ + " can't be read: " + std::strerror(errno)); }

}  // namespace wakesleep::cli
