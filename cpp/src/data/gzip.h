// IDX files that are packed by gzip.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace wakesleep {

// The IDX file in a gzip file, all of whose members count (RFC 1952, section 2.2). What the IDX header promises is all
// that is unpacked and all that memory is asked for. Error(format) for data that are damaged, or longer than promised;
// `name` stands in its message.
std::vector<std::uint8_t> gunzip_idx(const std::string& name, std::span<const std::uint8_t> bytes);

}  // namespace wakesleep
