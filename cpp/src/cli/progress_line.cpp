#include <unistd.h>

#include <chrono>
#include <cstdio>

#include "cli/commands.h"

namespace wakesleep::cli {
namespace {

double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

std::string duration(double seconds) {
  const auto s = static_cast<long>(seconds + 0.5);
  char text[32];
  if (s >= 3600) {
    std::snprintf(text, sizeof text, "%ld h %02ld min", s / 3600, s / 60 % 60);
  } else if (s >= 60) {
    std::snprintf(text, sizeof text, "%ld min %02ld s", s / 60, s % 60);
  } else {
    std::snprintf(text, sizeof text, "%ld s", s);
  }
  return text;
}

}  // namespace

ProgressLine::ProgressLine(double done_at_start)
    : terminal_(isatty(STDERR_FILENO)), start_(now()), done_at_start_(done_at_start) {}

double ProgressLine::seconds() const { return now() - start_; }

void ProgressLine::show(double done, const std::string& text) {
  const double time = now();
  if (!terminal_ || (last_ >= 0 && time - last_ < 0.2)) return;
  last_ = time;
  constexpr int width = 24;
  const auto full = static_cast<int>(done * width);
  const double gained = done - done_at_start_;
  const std::string left = gained > 0.001 ? duration((time - start_) * (1 - done) / gained) + " left" : "";
  std::fprintf(stderr, "\r\033[K[%s%s] %3d %%  %s  %s", std::string(static_cast<std::size_t>(full), '=').c_str(),
               std::string(static_cast<std::size_t>(width - full), ' ').c_str(), static_cast<int>(done * 100),
               text.c_str(), left.c_str());
  std::fflush(stderr);
}

void ProgressLine::finish(const std::string& text) {
  if (terminal_) std::fprintf(stderr, "\r\033[K");
  std::fprintf(stderr, "%s\n", text.c_str());
}

void ProgressLine::finish(const std::string& text, double seconds) {
  char time[40];
  std::snprintf(time, sizeof time, ": %.1f s", seconds);
  finish(text + time);
}

}  // namespace wakesleep::cli
