#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "cli/commands.h"
#include "io/safetensors.h"
#include "wakesleep/errors.h"

namespace wakesleep::cli {

namespace {

class InputFile {
 public:
  explicit InputFile(const std::string& path) : path_(path), file_(std::fopen(path.c_str(), "rb")) {
    if (!file_) fail();
  }
  ~InputFile() { std::fclose(file_); }
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  // Up to `most` bytes more, fewer only at the file's end, which are added to `bytes`.
  void read(std::vector<std::uint8_t>& bytes, std::size_t most) {
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

 private:
  [[noreturn]] void fail() const { throw Error(ErrorCode::io, path_ + " can't be read: " + std::strerror(errno)); }

  const std::string& path_;
  std::FILE* file_;
};

}  // namespace

std::vector<std::uint8_t> read_file(const std::string& path) {
  std::vector<std::uint8_t> bytes;
  InputFile(path).read(bytes, SIZE_MAX);
  return bytes;
}

std::vector<std::uint8_t> read_model_file(const std::string& path) {
  InputFile file(path);
  std::vector<std::uint8_t> bytes;
  try {
    std::error_code no_length;
    const bool regular = std::filesystem::is_regular_file(path, no_length);
    file.read(bytes, io::safetensors_length_bytes);
    file.read(bytes, io::safetensors_header_bytes(bytes));
    const std::uint64_t length = regular ? std::filesystem::file_size(path, no_length) : 0;
    // The length of a pipe is known only when all of it has been read.
    if (regular && !no_length) {
      io::check_safetensors(bytes, length);
      bytes.reserve(static_cast<std::size_t>(length));
    }
  } catch (const Error& error) {
    if (error.code() != ErrorCode::format) throw;
    throw Error(ErrorCode::format, path + ": " + error.what());
  }
  file.read(bytes, SIZE_MAX);
  return bytes;
}

Model read_model(const std::string& path) { return open_model(path, read_model_file(path)); }

Model open_model(const std::string& path, const std::vector<std::uint8_t>& bytes) {
  try {
    return wakesleep::open_model(bytes);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::format) throw;
    throw Error(ErrorCode::format, path + ": " + error.what());
  }
}

}  // namespace wakesleep::cli
