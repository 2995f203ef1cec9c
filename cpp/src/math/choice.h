// Variants of a kernel that give the same bits. Which is fastest hangs on the processor's caches and registers and, in
// a tab, on the code that the browser's compiler makes of each; so the first products take turns at the variants and
// are timed, at work that has to be done anyway, and then the fastest stays.
//
// A choice belongs to the thread that begins the products, which is one at a time, as of all jobs of the pool, and
// never one that works on a piece (thread_pool.cpp).
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "wakesleep/kernels.h"

namespace wakesleep::math {

class Choice {
 public:
  static constexpr int most_variants = 8;

  // The first variant is taken unless another is clearly faster.
  Choice(const char* kernel, std::vector<std::string> names);
  Choice(const Choice&) = delete;
  Choice& operator=(const Choice&) = delete;

  // Which variant a run of the kernel takes, and whether it is timed.
  struct Turn {
    int variant;
    bool timed;
  };
  // `additions`: the run's work, roughly; small work is not timed, because the clock is too coarse.
  Turn begin(double additions);
  // How long a timed run took, and what was really to be done, by which the time is divided: the same whatever the
  // variant. Other runs leave everything as it is.
  void end(const Turn& turn, double additions, double nanoseconds);

  // A run by the clock, from here to the end of its scope.
  class Run {
   public:
    Run(Choice& choice, double additions);
    ~Run();
    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;

    int variant() const { return turn_.variant; }
    bool timed() const { return turn_.timed; }
    // What was really to be done, where it is not what the run began with.
    void did(double additions) { additions_ = additions; }

   private:
    Choice& choice_;
    double additions_;
    Turn turn_;
    std::chrono::steady_clock::time_point start_;
  };

  // From now on this one and no other; a negative one: measured anew.
  void fix(int variant);
  int variants() const { return static_cast<int>(names_.size()); }
  Kernel describe() const;

 private:
  struct Tally {
    double nanoseconds = 0, additions = 0;  // in this window
    double best = 0;                        // nanoseconds an addition, in the best window; 0: none yet
  };

  const char* kernel_;
  const std::vector<std::string> names_;
  int chosen_ = -1;
  std::array<Tally, most_variants> tallies_{};
  int windows_ = 0;
  double all_nanoseconds_ = 0;
  std::uint32_t turn_ = 1;
};

}  // namespace wakesleep::math
