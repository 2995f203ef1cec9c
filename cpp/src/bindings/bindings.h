// What the bindings share: data in and out of JavaScript, and C++ exceptions as JavaScript errors. No mathematics here;
// every argument was checked by the TypeScript above, because a release build of embind turns a wrong one into 0.
#pragma once

#include <emscripten/bind.h>
#include <emscripten/val.h>

#include <cstdint>
#include <exception>
#include <string>
#include <utility>
#include <vector>

#include "wakesleep/matrix.h"

namespace wakesleep::bindings {

using emscripten::val;

// std::invalid_argument becomes a TypeError; std::out_of_range, std::length_error and std::bad_alloc become a
// RangeError; wakesleep::Error becomes the module's own `WakesleepError`, which the TypeScript puts there. To be called
// where one is being caught.
[[noreturn]] void throw_to_javascript();

// guard<f>::call is f with its exceptions turned into JavaScript errors. Errors that JavaScript throws inside f pass
// through.
template <auto function>
struct guard;
template <typename Result, typename... Arguments, Result (*function)(Arguments...)>
struct guard<function> {
  static Result call(Arguments... arguments) {
    try {
      return function(std::forward<Arguments>(arguments)...);
    } catch (const std::exception&) {
      throw_to_javascript();
    }
  }
};

// A value that came, in a few words for a message: native.ts puts the function there.
inline std::string described(const val& value) { return val::module_property("described")(value).as<std::string>(); }

// Typed arrays in: `out` has the array's length and element type. The view is taken last, because memory may grow
// before.
template <typename T>
void copy_into(T* out, std::size_t length, const val& array) {
  if (length > 0) val(emscripten::typed_memory_view(length, out)).template call<void>("set", array);
}

inline std::size_t length_of(const val& array) { return static_cast<std::size_t>(array["length"].as<double>()); }

template <typename T>
std::vector<T> vector_from(const val& array) {
  std::vector<T> out(length_of(array));
  copy_into(out.data(), out.size(), array);
  return out;
}

inline Matrix matrix_from(const val& array, double columns) {
  const auto cols = static_cast<Index>(columns);
  Matrix out(static_cast<Index>(length_of(array)) / cols, cols);
  copy_into(out.data(), static_cast<std::size_t>(out.size()), array);
  return out;
}

inline Vector float_vector_from(const val& array) {
  Vector out(static_cast<Index>(length_of(array)));
  copy_into(out.data(), static_cast<std::size_t>(out.size()), array);
  return out;
}

// And out: fresh arrays that JavaScript owns, never views of the engine's memory.
template <typename T>
val array_of(const char* type, const T* data, std::size_t length) {
  return val::global(type).new_(emscripten::typed_memory_view(length, data));
}
inline val floats(const Matrix& m) { return array_of("Float32Array", m.data(), static_cast<std::size_t>(m.size())); }
inline val floats(const Vector& v) { return array_of("Float32Array", v.data(), static_cast<std::size_t>(v.size())); }
inline val floats(const MatrixD& m) { return array_of("Float32Array", m.data(), static_cast<std::size_t>(m.size())); }
inline val floats(const VectorD& v) { return array_of("Float32Array", v.data(), static_cast<std::size_t>(v.size())); }
inline val floats(const std::vector<float>& v) { return array_of("Float32Array", v.data(), v.size()); }
inline val labels_array(const std::vector<int>& v) { return array_of("Uint16Array", v.data(), v.size()); }

// Whole numbers beyond 32 bits travel as doubles: seeds and counters stay below 2^53.
inline std::uint64_t whole(double number) { return static_cast<std::uint64_t>(number); }
inline double number(std::uint64_t whole) { return static_cast<double>(whole); }

}  // namespace wakesleep::bindings
