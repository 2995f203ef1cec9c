// Files that commands write: whole or not at all, and where they can't be written, known before the work begins.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace wakesleep::cli {

// A regular file, or one that is not there yet, is written beside itself under a name of its own and then renamed, so
// that whatever happens there is the old file or the new one; it keeps its mode, and a link goes on pointing to it.
// What is no regular file (a device, a pipe) is written through. Error(io) names the path and the fault; nothing is
// left behind then.
void write_file(const std::string& path, const std::vector<std::uint8_t>& bytes);
void write_file(const std::string& path, const std::string& text);
// The Error(io) that write_file would throw for this path, as far as it can be told without writing. `flag` names the
// option that gave it.
void try_output(const std::string& flag, const std::string& path);
// std::invalid_argument when both lead to the same file.
void refuse_same_file(const std::string& flag, const std::string& path, const std::string& other_flag,
                      const std::string& other_path);

// SIGINT, SIGTERM and SIGHUP end the program with 128 + their number, and what write_file has begun is removed.
void install_signal_handlers();
// While one lives, the first such signal is only noted, so that what is done can be saved; the second ends the program.
class Interruptible {
 public:
  Interruptible();
  ~Interruptible();
  Interruptible(const Interruptible&) = delete;
  Interruptible& operator=(const Interruptible&) = delete;
  int signal() const;  // 0: none came
};

// Thrown once the work is saved, to end the program with the signal's exit code.
struct Interrupted {
  int signal;
};

}  // namespace wakesleep::cli
