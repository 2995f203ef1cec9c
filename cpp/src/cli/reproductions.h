// Published and taught results that one command shows again. A new one is a function in a file of its own, and a line
// in reproduce.cpp's list.
#pragma once

#include <cstdint>

namespace wakesleep::cli {

struct ReproductionOptions {
  std::uint64_t seeds = 0, epochs = 0;  // 0: the reproduction's own
};

void reproduce_sbn_contrastive_divergence(const ReproductionOptions& options);
void reproduce_infinite_net(const ReproductionOptions& options);
void reproduce_centered_mnist(const ReproductionOptions& options);

}  // namespace wakesleep::cli
