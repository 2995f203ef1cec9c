// One pool for the whole process. The calling thread works too, so `1` means no other thread exists.
// Results never depend on the number of threads.
#pragma once

#include <cstdint>
#include <vector>

namespace wakesleep {

// 1 .. 64; std::out_of_range otherwise. In a build without threads anything but 1 is std::out_of_range.
void set_thread_count(int threads);
int thread_count();

// How many pieces of work each thread has done since the last set_thread_count: the calling thread first.
std::vector<std::uint64_t> work_done_by_thread();
// How many jobs were shared by several threads since then; those of little work are done by the calling thread alone.
std::uint64_t jobs_shared_by_threads();

}  // namespace wakesleep
