#include "io/opener.h"

namespace wakesleep::io {

const FileKind dbn_file{
    .name = "dbn", .any_units = true, .stack = true, .open = [](Opener& file) -> Model { return file.stack("", 0); }};

}  // namespace wakesleep::io
