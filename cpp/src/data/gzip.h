// IDX files on disk, plain or packed by gzip.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "data/input_file.h"

namespace wakesleep {

// The IDX file in a gzip file, all of whose members count (RFC 1952, section 2.2). What the IDX header promises is all
// that is unpacked and all that memory is asked for. Error(format) for data that are damaged, or longer than promised;
// `name` stands in its message. `piece`: how many bytes are handed to zlib at once, at most 2^30.
std::vector<std::uint8_t> gunzip_idx(const std::string& name, std::span<const std::uint8_t> bytes,
                                     std::size_t piece = std::size_t{1} << 30);

// All of an IDX file, unpacked, of which these bytes, at least most_idx_header where it has so many, were read. Of a
// pipe no more is read than the IDX header promises. Error(format) does not name the file.
std::vector<std::uint8_t> read_rest_of_idx(InputFile& file, std::vector<std::uint8_t> start);

}  // namespace wakesleep
