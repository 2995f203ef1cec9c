#include "cli/output_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <optional>
#include <span>
#include <stdexcept>
#include <utility>

#include "wakesleep/errors.h"

namespace wakesleep::cli {
namespace {

namespace fs = std::filesystem;

// What a signal's handler may read: it can allocate nothing.
std::array<char, PATH_MAX> temporary_name{};
volatile std::sig_atomic_t temporary_is_there = 0, only_noted = 0, noted = 0;

constexpr int ending_signals[] = {SIGINT, SIGTERM, SIGHUP};

extern "C" void end_by_signal(int signal) {
  if (only_noted && !noted) {
    noted = signal;
    return;
  }
  if (temporary_is_there) unlink(temporary_name.data());
  _exit(128 + signal);
}

[[noreturn]] void fail(const std::string& path, int error) {
  throw Error(ErrorCode::io, path + " can't be written: " + std::strerror(error));
}

// Signals wait while one lives, so that a file's creation and the note of its name are one to the handler.
class SignalsWait {
 public:
  SignalsWait() {
    sigset_t all;
    sigemptyset(&all);
    for (const int signal : ending_signals) sigaddset(&all, signal);
    pthread_sigmask(SIG_BLOCK, &all, &before_);
  }
  ~SignalsWait() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsWait(const SignalsWait&) = delete;
  SignalsWait& operator=(const SignalsWait&) = delete;

 private:
  sigset_t before_;
};

class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  ~Descriptor() { close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return number_; }
  // errno of the file's last fault, which some systems tell only now; 0: none.
  int close() {
    const int number = std::exchange(number_, -1);
    return number >= 0 && ::close(number) != 0 ? errno : 0;
  }

 private:
  int number_;
};

int write_all(int file, std::span<const std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return 0;
}

// Where links lead in the end, whether a file is there or not.
std::string followed(const std::string& path) {
  constexpr int most_links = 40;
  fs::path now(path);
  for (int i = 0; i < most_links; ++i) {
    std::error_code error;
    const fs::path next = fs::read_symlink(now, error);
    if (error) return now.string();
    now = next.is_absolute() ? next : now.parent_path() / next;
  }
  fail(path, ELOOP);
}

// The mode of what is there; nothing when nothing is.
std::optional<mode_t> mode_of(const std::string& path) {
  struct stat found{};
  if (stat(path.c_str(), &found) == 0) return found.st_mode;
  if (errno != ENOENT) fail(path, errno);
  return std::nullopt;
}

// /dev/stdout may lead to a regular file, which the shell that opened it wants written and not replaced.
bool written_through(const std::string& path, std::optional<mode_t> mode) {
  return (mode && !S_ISREG(*mode)) || path.starts_with("/dev/") || path.starts_with("/proc/");
}

// A new file beside another, which is gone again unless it is renamed in time.
class Temporary {
 public:
  Temporary(const std::string& path, const std::string& beside) : path_(path), name_(beside + ".XXXXXX") {
    if (name_.size() >= temporary_name.size()) fail(path, ENAMETOOLONG);
    const SignalsWait wait;
    file_.emplace(mkstemp(name_.data()));
    if (file_->get() < 0) fail(path, errno);
    std::memcpy(temporary_name.data(), name_.c_str(), name_.size() + 1);
    temporary_is_there = 1;
  }
  ~Temporary() {
    const SignalsWait wait;
    if (temporary_is_there) unlink(name_.c_str());
    temporary_is_there = 0;
  }
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;

  void write(std::span<const std::uint8_t> bytes) {
    if (const int error = write_all(file_->get(), bytes)) fail(path_, error);
  }
  void rename(const std::string& target, mode_t mode) {
    // A file system without modes keeps its own.
    if (fchmod(file_->get(), mode) != 0 && errno != EPERM && errno != ENOTSUP) fail(path_, errno);
    if (fsync(file_->get()) != 0 && errno != EINVAL && errno != ENOTSUP) fail(path_, errno);
    if (const int error = file_->close()) fail(path_, error);
    const SignalsWait wait;
    if (std::rename(name_.c_str(), target.c_str()) != 0) fail(path_, errno);
    temporary_is_there = 0;
  }

 private:
  std::string path_, name_;
  std::optional<Descriptor> file_;
};

// The renaming itself outlives a loss of power. What can't be synchronised is left to the file system.
void sync_folder_of(const std::string& path) {
  const fs::path folder = fs::path(path).parent_path();
  const Descriptor opened(open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (opened.get() >= 0) fsync(opened.get());
}

mode_t mode_of_new_files() {
  const mode_t mask = umask(0);
  umask(mask);
  return 0666 & ~mask;
}

void write_bytes(const std::string& path, std::span<const std::uint8_t> bytes) {
  const std::optional<mode_t> mode = mode_of(path);
  if (mode && S_ISDIR(*mode)) fail(path, EISDIR);
  if (written_through(path, mode)) {
    // A socket that is the standard output can't be opened by its name.
    Descriptor file(path == "/dev/stdout" ? dup(STDOUT_FILENO) : open(path.c_str(), O_WRONLY | O_CLOEXEC));
    if (file.get() < 0) fail(path, errno);
    if (const int error = write_all(file.get(), bytes)) fail(path, error);
    if (const int error = file.close()) fail(path, error);
    return;
  }
  // A rename would replace a file that must not be written.
  if (mode && access(path.c_str(), W_OK) != 0) fail(path, errno);
  const std::string target = followed(path);
  Temporary temporary(path, target);
  temporary.write(bytes);
  temporary.rename(target, mode ? *mode & 07777 : mode_of_new_files());
  sync_folder_of(target);
}

}  // namespace

void write_file(const std::string& path, const std::vector<std::uint8_t>& bytes) { write_bytes(path, bytes); }

void write_file(const std::string& path, const std::string& text) {
  write_bytes(path, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

void try_output(const std::string& flag, const std::string& path) {
  try {
    const std::optional<mode_t> mode = mode_of(path);
    if (mode && S_ISDIR(*mode)) fail(path, EISDIR);
    if (mode && access(path.c_str(), W_OK) != 0) fail(path, errno);
    // Opening a pipe would wait for its reader.
    if (!written_through(path, mode)) Temporary(path, followed(path)).write({});
  } catch (const Error& error) {
    throw Error(ErrorCode::io, flag + ": " + error.what());
  }
}

void refuse_same_file(const std::string& flag, const std::string& path, const std::string& other_flag,
                      const std::string& other_path) {
  std::error_code error;
  if (fs::weakly_canonical(followed(path), error) == fs::weakly_canonical(followed(other_path), error))
    throw std::invalid_argument(flag + " " + path + " and " + other_flag + " " + other_path + " are the same file");
}

void install_signal_handlers() {
  struct sigaction action{};
  action.sa_handler = end_by_signal;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART;
  for (const int signal : ending_signals) {
    // Under nohup, and in the background of some shells, a signal is ignored on purpose.
    struct sigaction before{};
    sigaction(signal, nullptr, &before);
    if (before.sa_handler != SIG_IGN) sigaction(signal, &action, nullptr);
  }
  // A reader that has gone is an error of the write, and no reason to lose what else is to be written.
  std::signal(SIGPIPE, SIG_IGN);
}

Interruptible::Interruptible() {
  noted = 0;
  only_noted = 1;
}
Interruptible::~Interruptible() { only_noted = 0; }
int Interruptible::signal() const { return noted; }

}  // namespace wakesleep::cli
