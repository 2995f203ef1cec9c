#pragma once

#if defined(__EMSCRIPTEN__) && !defined(__EMSCRIPTEN_PTHREADS__)
#define WAKESLEEP_ONE_THREAD 1
#endif

namespace wakesleep::test {

// What a result must not depend on.
#ifdef WAKESLEEP_ONE_THREAD
inline constexpr int thread_counts[] = {1};
#else
inline constexpr int thread_counts[] = {1, 2, 4};
#endif

}  // namespace wakesleep::test
