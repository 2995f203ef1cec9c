// What every fuzz target has: seeds, made by the program itself (`fuzz_<name> --make-seeds=<folder>` writes them and
// ends), and invariants. One source of each program includes this.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace wakesleep::fuzz {

using Bytes = std::vector<std::uint8_t>;

// The target's own.
std::vector<Bytes> seeds();

inline void make_seeds_if_asked(int argc, char** argv) {
  const std::string option = "--make-seeds=";
  if (argc != 2 || std::string(argv[1]).compare(0, option.size(), option) != 0) return;
  const std::filesystem::path folder = argv[1] + option.size();
  std::filesystem::create_directories(folder);
  int number = 0;
  for (const Bytes& seed : seeds()) {
    std::ofstream file(folder / ("seed-" + std::to_string(number++)), std::ios::binary);
    file.write(reinterpret_cast<const char*>(seed.data()), static_cast<std::streamsize>(seed.size()));
    if (!file) std::exit(1);
  }
  std::exit(0);
}

// An invariant of a fuzz target.
inline void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace wakesleep::fuzz

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
  wakesleep::fuzz::make_seeds_if_asked(*argc, *argv);
  return 0;
}
