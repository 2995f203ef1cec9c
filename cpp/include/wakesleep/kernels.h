// Which of several ways the products are computed. All give the same bits; the fastest on this machine is found while
// the first products are computed.
#pragma once

#include <string>
#include <vector>

namespace wakesleep {

struct Kernel {
  struct Variant {
    std::string name;
    double nanoseconds_an_addition;  // in the best of several windows of time; 0: not measured yet
  };
  std::string name;
  std::vector<Variant> variants;
  int chosen;  // -1: not decided yet, and the variants take turns
};

// All of them. Not to be called while another thread computes.
std::vector<Kernel> kernels();

}  // namespace wakesleep
