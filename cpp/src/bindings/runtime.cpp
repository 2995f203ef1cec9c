// The C++ runtime's words for an exception that nobody catches, which ends the program: they would bring a demangler,
// printf and what these need, 60 KB, for a line that nobody reads. The module stops as without them.
#include <cstddef>

extern "C" {

char* __cxa_demangle(const char* /*mangled*/, char* /*buffer*/, std::size_t* /*length*/, int* status) {
  constexpr int out_of_memory = -1;
  if (status) *status = out_of_memory;
  return nullptr;
}

[[noreturn]] void abort_message(const char* /*format*/, ...) { __builtin_trap(); }
}
