#include "io/opener.h"

namespace wakesleep::io {

const FileKind rbm_file{.name = "rbm", .most_layers = 2, .any_units = true, .open = [](Opener& file) -> Model {
                          return file.rbm(0, 0, "");
                        }};

}  // namespace wakesleep::io
