// Files that are read: their beginning first, so that no more of a file is read when that is wrong.
#pragma once

#include <cstdint>
#include <cstdio>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "wakesleep/errors.h"

namespace wakesleep {

// Error(io) names the path and the fault.
class InputFile {
 public:
  // What is read at most of a file that does not say how long it is: a pipe may have no end.
  static constexpr std::size_t most_unsaid = std::size_t{1} << 30;

  explicit InputFile(const std::string& path);
  ~InputFile() { std::fclose(file_); }
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  // Up to `most` bytes more, fewer only at the file's end, which are added to `bytes`.
  void read(std::vector<std::uint8_t>& bytes, std::size_t most);
  // `promised`: how long the beginning says that the file is. Of what is no regular file one byte more is read at most.
  // Error(io) for more than this machine's memory, and beyond most_unsaid where neither is known.
  void read_rest(std::vector<std::uint8_t>& bytes, std::optional<std::uint64_t> promised = std::nullopt);
  // In bytes. The length of a pipe is known only when all of it has been read, and so is that of what the system makes
  // up while it is read, which it calls 0.
  std::optional<std::uint64_t> length() const;
  // The error for what has not ended after most_unsaid bytes.
  [[noreturn]] void refuse_endless() const;
  const std::string& path() const { return path_; }

 private:
  [[noreturn]] void fail() const;

  const std::string path_;
  std::FILE* file_;
};

// Why so many bytes of a file can't be read, if they are more than the memory of this machine.
std::optional<std::string> memory_shortage(std::uint64_t bytes);

// f(), whose complaints about what a file holds name the file, or what else it is called.
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

}  // namespace wakesleep
