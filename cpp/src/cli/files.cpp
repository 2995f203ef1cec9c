#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "cli/commands.h"
#include "wakesleep/errors.h"

namespace wakesleep::cli {

std::vector<std::uint8_t> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw Error(ErrorCode::io, path + ": " + std::strerror(errno));
  return {std::istreambuf_iterator<char>(file), {}};
}

void write_file(const std::string& path, const std::vector<std::uint8_t>& bytes) {
  const std::string temporary = path + ".part";
  std::ofstream file(temporary, std::ios::binary);
  file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (!file) throw Error(ErrorCode::io, temporary + ": " + std::strerror(errno));
  std::filesystem::rename(temporary, path);
}

Model read_model(const std::string& path) {
  try {
    return open_model(read_file(path));
  } catch (const Error& error) {
    if (error.code() != ErrorCode::format) throw;
    throw Error(ErrorCode::format, path + ": " + error.what());
  }
}

Index labels_of(const Model& model) {
  return std::visit(
      [](const auto& m) -> Index {
        if constexpr (requires { m.labels(); }) return m.labels();
        return 0;
      },
      model);
}

}  // namespace wakesleep::cli
