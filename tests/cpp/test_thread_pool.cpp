#include <doctest/doctest.h>

#include <atomic>
#include <stdexcept>
#include <string>

#include "math/thread_pool.h"
#include "thread_counts.h"
#include "wakesleep/threads.h"

using namespace wakesleep;

TEST_CASE("an exception in a piece, of any thread, reaches the caller once no piece is at work") {
  for (const int threads : test::thread_counts) {
    set_thread_count(threads);
    for (const Index failing : {0, 7, 99})
      for (const bool all_fail : {false, true}) {
        CAPTURE(threads);
        CAPTURE(failing);
        CAPTURE(all_fail);
        std::atomic<int> at_work{0};
        const auto run = [&] {
          math::parallel_for(100, [&](Index piece) {
            ++at_work;
            const bool fails = all_fail || piece == failing;
            --at_work;
            if (fails) throw std::out_of_range("piece " + std::to_string(piece));
          });
        };
        CHECK_THROWS_AS(run(), std::out_of_range);
        CHECK(at_work == 0);
        // The pool is as before.
        std::atomic<int> made{0};
        math::parallel_for(100, [&](Index) { ++made; });
        CHECK(made == 100);
      }
  }
  set_thread_count(1);
}
