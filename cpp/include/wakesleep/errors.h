// The errors that are not plain misuse. Misuse is std::invalid_argument (the wrong kind of thing) or std::out_of_range
// (a number or a shape outside what is allowed); both name the argument, what came and what is allowed.
#pragma once

#include <stdexcept>
#include <string>

namespace wakesleep {

enum class ErrorCode {
  format,    // a file is damaged, truncated, hostile or of another kind
  diverged,  // training left the range of finite numbers; the model is as after its last good batch
  io,        // a file could not be read or written
};

class Error : public std::runtime_error {
 public:
  Error(ErrorCode code, const std::string& message) : std::runtime_error(message), code_(code) {}
  ErrorCode code() const { return code_; }
  // The code as the JavaScript API spells it: "format", "diverged", "io".
  const char* code_name() const {
    switch (code_) {
      case ErrorCode::format:
        return "format";
      case ErrorCode::diverged:
        return "diverged";
      case ErrorCode::io:
        return "io";
    }
    return "unknown";
  }

 private:
  ErrorCode code_;
};

}  // namespace wakesleep
