#include "wakesleep/errors.h"

#include <emscripten/heap.h>
#include <emscripten/stack.h>

#include <new>
#include <stdexcept>

#include "bindings/bindings.h"
#include "wakesleep/refusal.h"

namespace wakesleep::bindings {

void throw_to_javascript(const std::exception& error) {
  if (const auto* own = dynamic_cast<const Error*>(&error))
    val::module_property("WakesleepError").new_(std::string(own->code_name()), std::string(own->what())).throw_();

  const char* type = "Error";
  std::string text = error.what();
  if (dynamic_cast<const std::invalid_argument*>(&error)) {
    type = "TypeError";
  } else if (dynamic_cast<const std::out_of_range*>(&error)) {
    type = "RangeError";
  } else if (dynamic_cast<const std::length_error*>(&error) || dynamic_cast<const std::bad_alloc*>(&error)) {
    constexpr std::size_t megabyte = 1 << 20;
    type = "RangeError";
    text = "out of memory: the engine has " + std::to_string(emscripten_get_heap_size() / megabyte) +
           " MB and may have " + std::to_string(emscripten_get_heap_max() / megabyte) + " MB in all";
  }
  val thrown = val::global(type).new_(text);
  if (const auto* of_option = dynamic_cast<const OfOption*>(&error); of_option && !of_option->option.empty())
    thrown.set("option", of_option->option);
  thrown.throw_();
}

// A JavaScript error that passes through C++ leaves the stack pointer where the last frame had it. Calls never nest, so
// JavaScript puts it back to where it stood at the beginning. Neither function may have a frame of its own.
extern "C" void _emscripten_stack_restore(std::uintptr_t pointer);

namespace {
std::uintptr_t stack_pointer() { return emscripten_stack_get_current(); }
void restore_stack(std::uintptr_t pointer) { _emscripten_stack_restore(pointer); }
}  // namespace

EMSCRIPTEN_BINDINGS(wakesleep_errors) {
  emscripten::function("stackPointer", &stack_pointer);
  emscripten::function("restoreStack", &restore_stack);
}

}  // namespace wakesleep::bindings
