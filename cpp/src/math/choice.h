// Variants of a kernel that give the same bits. Which is fastest hangs on the processor's caches and registers and, in
// a tab, on the code that the browser's compiler makes of each; so the first products take turns at the variants and
// are timed, at work that has to be done anyway, and then the fastest stays.
#pragma once

#include <array>
#include <atomic>
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

  // One run of the kernel. `additions`: its work, roughly; small work is not timed, because the clock is too coarse.
  class Run {
   public:
    Run(Choice& choice, double additions);
    ~Run();
    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;

    int variant() const { return variant_; }
    bool timed() const { return timed_; }
    // What was really to be done, by which the time is divided: the same whatever the variant.
    void did(double additions) { additions_ = additions; }

   private:
    Choice& choice_;
    double additions_;
    bool timed_ = false;
    int variant_;
    std::chrono::steady_clock::time_point start_;
  };

  // From now on this one and no other; a negative one: measured anew.
  void fix(int variant);
  int variants() const { return static_cast<int>(names_.size()); }
  // Not while another thread computes.
  Kernel describe() const;

 private:
  struct Tally {
    double nanoseconds = 0, additions = 0;  // in this window
    double best = 0;                        // nanoseconds an addition, in the best window; 0: none yet
  };

  int begin(double additions, bool& timed);
  void end(int variant, double additions, double nanoseconds);

  const char* kernel_;
  const std::vector<std::string> names_;
  std::atomic<int> chosen_{-1};
  // Products that are begun inside of pieces come from several threads at once: one is timed, the others are not.
  std::atomic_flag timing_ = ATOMIC_FLAG_INIT;
  std::array<Tally, most_variants> tallies_{};
  int windows_ = 0;
  double all_nanoseconds_ = 0;
  std::uint32_t turn_ = 1;
};

}  // namespace wakesleep::math
