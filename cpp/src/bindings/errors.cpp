#include "wakesleep/errors.h"

#include <emscripten/heap.h>
#include <emscripten/stack.h>

#include <new>
#include <stdexcept>

#include "bindings/bindings.h"
#include "wakesleep/refusal.h"

namespace wakesleep::bindings {

namespace {

// detail: an option's name, or the code of a WakesleepError.
struct Described {
  std::string type, text, detail{};
};

// A RangeError of our own, by which the package knows it.
constexpr char out_of_memory[] = "OutOfMemory";

std::string memory_text() {
  constexpr std::size_t megabyte = 1 << 20;
  return "out of memory: the engine has " + std::to_string(emscripten_get_heap_size() / megabyte) +
         " MB and may have " + std::to_string(emscripten_get_heap_max() / megabyte) + " MB in all";
}

// The exception that is being caught.
Described describe_caught() {
  try {
    throw;
  } catch (const Error& error) {
    return {"WakesleepError", error.what(), error.code_name()};
  } catch (const OptionMisuse& error) {
    return {"TypeError", error.what(), error.option};
  } catch (const OptionOutOfRange& error) {
    return {"RangeError", error.what(), error.option};
  } catch (const std::invalid_argument& error) {
    return {"TypeError", error.what()};
  } catch (const std::out_of_range& error) {
    return {"RangeError", error.what()};
  } catch (const std::length_error&) {
    return {out_of_memory, memory_text()};
  } catch (const std::bad_alloc&) {
    return {out_of_memory, memory_text()};
  } catch (const std::exception& error) {
    return {"Error", error.what()};
  }
}

}  // namespace

void throw_to_javascript() {
  const Described caught = describe_caught();
  if (caught.type == "WakesleepError") val::module_property("WakesleepError").new_(caught.detail, caught.text).throw_();
  if (caught.type == out_of_memory) val::module_property(out_of_memory).new_(caught.text).throw_();
  val thrown = val::global(caught.type.c_str()).new_(caught.text);
  if (!caught.detail.empty()) thrown.set("option", caught.detail);
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
