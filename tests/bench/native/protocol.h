// How the benchmark talks to a native contender: a line asks, a line answers. Usage:
// program <images> <first parameters> <threads>
//
//   run <batches>                milliseconds of that many further batches
//   parameters <file>            writes W, b and c as floats; 0
//   <product> <name> <times>     milliseconds; product is `binary`, or `dense` for real numbers; name is up, down
//                                or outer
//   likelihood <work> <times>    milliseconds, as likelihood.h says
//   scaling <visible> <hidden> <examples> <batches>   milliseconds, after as many batches to warm up
#pragma once

#include <chrono>
#include <cstdint>
#include <fstream>
#include <functional>
#include <iostream>
#include <iterator>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace bench {

constexpr int visible = 784, hidden = 500, batch_size = 100;
constexpr float learning_rate = 0.05f, momentum = 0.9f, weight_decay = 2e-4f;

struct Arguments {
  std::vector<std::uint8_t> images;  // pixels of 0 and 1
  std::vector<float> W, b, c;
  int threads = 1;
};

inline std::vector<char> read_file(const char* path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error(std::string("can't read ") + path);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline Arguments arguments(int argc, char** argv) {
  if (argc != 4) throw std::runtime_error("usage: <images> <first parameters> <threads>");
  Arguments out;
  const std::vector<char> images = read_file(argv[1]), first = read_file(argv[2]);
  out.images.assign(images.begin(), images.end());
  const auto* next = reinterpret_cast<const float*>(first.data());
  if (first.size() != sizeof(float) * (visible * hidden + visible + hidden))
    throw std::runtime_error("wrong parameters");
  for (auto [to, size] : {std::pair(&out.W, visible * hidden), {&out.b, visible}, {&out.c, hidden}}) {
    to->assign(next, next + size);
    next += size;
  }
  out.threads = std::stoi(argv[3]);
  return out;
}

inline void write_parameters(const std::string& path, const float* W, const float* b, const float* c) {
  std::ofstream file(path, std::ios::binary);
  for (auto [from, size] : {std::pair(W, visible * hidden), {b, visible}, {c, hidden}})
    file.write(reinterpret_cast<const char*>(from), static_cast<std::streamsize>(sizeof(float)) * size);
}

template <class F>
double milliseconds(F&& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

using Commands = std::map<std::string, std::function<double(std::istream&)>>;

inline int serve(const Commands& commands) {
  std::cout << "ready" << std::endl;
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream words(line);
    std::string name;
    words >> name;
    const auto command = commands.find(name);
    if (command == commands.end()) return 1;
    std::cout << command->second(words) << std::endl;
  }
  return 0;
}

}  // namespace bench
