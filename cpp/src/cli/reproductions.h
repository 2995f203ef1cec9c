// Published and taught results that one command shows again. A new one is a row in a file of its own, and its name in
// reproduce.cpp's list.
#pragma once

#include <cstdint>

namespace wakesleep::cli {

struct ReproductionOptions {
  std::uint64_t seeds = 0, epochs = 0;  // 0: the reproduction's own
};

struct Reproduction {
  const char* name;
  const char* shows;
  void (*run)(const ReproductionOptions&);
};

extern const Reproduction sbn_contrastive_divergence, infinite_net, centered_mnist;

}  // namespace wakesleep::cli
