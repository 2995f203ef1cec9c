// Files that are read: their beginning first, so that no more of a file is read when that is wrong.
#pragma once

#include <cstdint>
#include <cstdio>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "wakesleep/errors.h"

namespace wakesleep::cli {

// Error(io) names the path and the fault.
class InputFile {
 public:
  explicit InputFile(const std::string& path);
  ~InputFile() { std::fclose(file_); }
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  // Up to `most` bytes more, fewer only at the file's end, which are added to `bytes`.
  void read(std::vector<std::uint8_t>& bytes, std::size_t most);
  // `promised`: how long the beginning says that the file is. Of what is no regular file, which may have no end, one
  // byte more is read at most.
  void read_rest(std::vector<std::uint8_t>& bytes, std::optional<std::uint64_t> promised = std::nullopt);
  // In bytes. The length of a pipe is known only when all of it has been read.
  std::optional<std::uint64_t> length() const;

 private:
  [[noreturn]] void fail() const;

  const std::string path_;
  std::FILE* file_;
};

// f(), whose complaints about what a file holds name the file.
template <class F>
auto naming(const std::string& path, F&& f) {
  try {
    return f();
  } catch (const Error& error) {
    if (error.code() != ErrorCode::format) throw;
    throw Error(ErrorCode::format, path + ": " + error.what());
  } catch (const std::out_of_range& error) {
    throw std::out_of_range(path + ": " + error.what());
  }
}

}  // namespace wakesleep::cli
