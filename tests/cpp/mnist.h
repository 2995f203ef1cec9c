// MNIST for the tests that judge by it, where it is.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

namespace wakesleep::test {

// The folder with MNIST's four files, or empty when it is not there.
inline std::string mnist_folder() {
  const char* data = std::getenv("WAKESLEEP_DATA");
  if (!data) return {};
  const std::filesystem::path folder = std::filesystem::path(data) / "mnist";
  for (const char* name : {"train-images-idx3-ubyte", "train-images-idx3-ubyte.gz"})
    if (std::filesystem::exists(folder / name)) return folder.string();
  return {};
}

// How many images a slow test may use: sanitizers make products some twenty times slower.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool sanitized = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer) || __has_feature(thread_sanitizer)
inline constexpr bool sanitized = true;
#else
inline constexpr bool sanitized = false;
#endif
#else
inline constexpr bool sanitized = false;
#endif

}  // namespace wakesleep::test
