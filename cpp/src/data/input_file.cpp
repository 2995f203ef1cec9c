#include "data/input_file.h"

#ifndef __EMSCRIPTEN__

#include <unistd.h>  // sysconf

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

namespace wakesleep {
namespace {

std::string in_megabytes(std::uint64_t bytes) { return std::to_string(bytes >> 20) + " MB"; }

// Of this machine; as much as can be where it does not say so.
std::uint64_t memory_bytes() {
  const long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
  return pages > 0 && page > 0 ? static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(page) : UINT64_MAX;
}

}  // namespace

std::optional<std::string> memory_shortage(std::uint64_t bytes) {
  const std::uint64_t memory = memory_bytes();
  if (bytes <= memory) return std::nullopt;
  return in_megabytes(bytes) + " are more than the " + in_megabytes(memory) + " of memory that this machine has";
}

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
  const auto known = all ? all : promised;
  if (const auto shortage = known ? memory_shortage(*known) : std::nullopt)
    throw Error(ErrorCode::io, path_ + ": " + *shortage);
  const std::uint64_t said = known.value_or(most_unsaid);
  if (all) bytes.reserve(static_cast<std::size_t>(said));
  if (said >= bytes.size()) read(bytes, static_cast<std::size_t>(said - bytes.size()));
  if (all || bytes.size() != said) return;
  read(bytes, 1);
  if (!promised && bytes.size() > said) refuse_endless();
}

std::optional<std::uint64_t> InputFile::length() const {
  std::error_code none;
  if (!std::filesystem::is_regular_file(path_, none)) return std::nullopt;
  const std::uintmax_t size = std::filesystem::file_size(path_, none);
  return none || size == 0 ? std::nullopt : std::optional<std::uint64_t>(size);
}

void InputFile::refuse_endless() const {
  throw Error(ErrorCode::io, path_ + ": there is more after " + in_megabytes(most_unsaid) +
                                 ", the most that is read of what does not say how long it is; give a regular file");
}

void InputFile::fail() const { throw Error(ErrorCode::io, path_ + " can't be read: " + std::strerror(errno)); }

}  // namespace wakesleep

#endif
