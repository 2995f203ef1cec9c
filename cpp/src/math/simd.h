// The widest vectors of the target, by the compilers' vector extensions. Nothing here depends on the width but speed:
// lanes never mix, so the same expression gives the same bits for 4, 8 and 16 lanes.
#pragma once

#include <cstdint>
#include <cstring>

#if defined(__wasm_simd128__)
#include <wasm_simd128.h>
#elif defined(__SSE2__)
#include <immintrin.h>
#endif

namespace wakesleep::math {

#if defined(__AVX512F__) && defined(__AVX512DQ__)
inline constexpr int lanes = 16;
#elif defined(__AVX2__)
inline constexpr int lanes = 8;
#else
inline constexpr int lanes = 4;
#endif

using Floats [[gnu::vector_size(lanes * 4)]] = float;
using Words [[gnu::vector_size(lanes * 4)]] = std::uint32_t;
using Ints [[gnu::vector_size(lanes * 4)]] = std::int32_t;

#define WAKESLEEP_INLINE [[gnu::always_inline]] inline

WAKESLEEP_INLINE Floats load(const float* p) {
  Floats v;
  std::memcpy(&v, p, sizeof v);
  return v;
}
WAKESLEEP_INLINE void store(float* p, Floats v) { std::memcpy(p, &v, sizeof v); }
// (Subtracting zero changes no number, so that nothing is left of it; adding zero would change -0.)
WAKESLEEP_INLINE Floats broadcast(float x) { return x - Floats{}; }
WAKESLEEP_INLINE Words as_words(Floats v) { return reinterpret_cast<Words>(v); }
WAKESLEEP_INLINE Floats as_floats(Words v) { return reinterpret_cast<Floats>(v); }
// Lanes from memory and to memory where fewer than `lanes` are left; the missing ones are 0.
WAKESLEEP_INLINE Floats load_some(const float* p, int count) {
#if defined(__AVX512F__) && defined(__AVX512DQ__)
  return reinterpret_cast<Floats>(_mm512_maskz_loadu_ps(static_cast<__mmask16>((1u << count) - 1), p));
#else
  Floats v{};
  std::memcpy(&v, p, static_cast<std::size_t>(count) * sizeof(float));
  return v;
#endif
}
WAKESLEEP_INLINE void store_some(float* p, Floats v, int count) {
#if defined(__AVX512F__) && defined(__AVX512DQ__)
  _mm512_mask_storeu_ps(p, static_cast<__mmask16>((1u << count) - 1), reinterpret_cast<__m512>(v));
#else
  std::memcpy(p, &v, static_cast<std::size_t>(count) * sizeof(float));
#endif
}

// That `count` floats will soon be changed, so that their cache lines are fetched from other cores in good time.
// WebAssembly has no instruction for it.
WAKESLEEP_INLINE void will_change([[maybe_unused]] const float* p, [[maybe_unused]] std::ptrdiff_t count) {
#ifndef __EMSCRIPTEN__
  constexpr std::ptrdiff_t a_line = 16;
  for (std::ptrdiff_t j = 0; j < count; j += a_line) __builtin_prefetch(p + j, 1);
#endif
}

// For a few floats: V8 calls out of WebAssembly for memory.copy, which is what std::copy becomes.
WAKESLEEP_INLINE void copy_few(const float* from, std::ptrdiff_t count, float* to) {
  std::ptrdiff_t j = 0;
  for (; j + lanes <= count; j += lanes) store(to + j, load(from + j));
  for (; j < count; ++j) to[j] = from[j];
}

// One bit a lane: whether a < b.
WAKESLEEP_INLINE std::uint32_t less_mask(Floats a, Floats b) {
#if defined(__AVX512F__) && defined(__AVX512DQ__)
  return _mm512_cmp_ps_mask(reinterpret_cast<__m512>(a), reinterpret_cast<__m512>(b), _CMP_LT_OQ);
#elif defined(__AVX2__)
  return static_cast<std::uint32_t>(
      _mm256_movemask_ps(_mm256_cmp_ps(reinterpret_cast<__m256>(a), reinterpret_cast<__m256>(b), _CMP_LT_OQ)));
#elif defined(__wasm_simd128__)
  return wasm_i32x4_bitmask(wasm_f32x4_lt(reinterpret_cast<v128_t>(a), reinterpret_cast<v128_t>(b)));
#elif defined(__SSE2__)
  return static_cast<std::uint32_t>(
      _mm_movemask_ps(_mm_cmplt_ps(reinterpret_cast<__m128>(a), reinterpret_cast<__m128>(b))));
#else
  std::uint32_t mask = 0;
  for (int i = 0; i < lanes; ++i) mask |= static_cast<std::uint32_t>(a[i] < b[i]) << i;
  return mask;
#endif
}

WAKESLEEP_INLINE Floats smaller(Floats a, Floats b) {
#if defined(__wasm_simd128__)
  return reinterpret_cast<Floats>(wasm_f32x4_pmin(reinterpret_cast<v128_t>(a), reinterpret_cast<v128_t>(b)));
#else
  return b < a ? b : a;
#endif
}
WAKESLEEP_INLINE Floats larger(Floats a, Floats b) {
#if defined(__wasm_simd128__)
  return reinterpret_cast<Floats>(wasm_f32x4_pmax(reinterpret_cast<v128_t>(a), reinterpret_cast<v128_t>(b)));
#else
  return a < b ? b : a;
#endif
}

// IEEE's square root, correctly rounded.
WAKESLEEP_INLINE Floats square_root(Floats x) {
#if defined(__AVX512F__) && defined(__AVX512DQ__)
  return reinterpret_cast<Floats>(_mm512_sqrt_ps(reinterpret_cast<__m512>(x)));
#elif defined(__AVX2__)
  return reinterpret_cast<Floats>(_mm256_sqrt_ps(reinterpret_cast<__m256>(x)));
#elif defined(__wasm_simd128__)
  return reinterpret_cast<Floats>(wasm_f32x4_sqrt(reinterpret_cast<v128_t>(x)));
#elif defined(__SSE2__)
  return reinterpret_cast<Floats>(_mm_sqrt_ps(reinterpret_cast<__m128>(x)));
#else
  Floats root;
  for (int i = 0; i < lanes; ++i) root[i] = __builtin_sqrtf(x[i]);
  return root;
#endif
}

// High and low halves of the 64-bit products of a with a constant.
struct WideProduct {
  Words high, low;
};
WAKESLEEP_INLINE WideProduct multiply_wide(Words a, std::uint32_t constant) {
#if defined(__wasm_simd128__)
  const v128_t x = reinterpret_cast<v128_t>(a), m = wasm_u32x4_splat(constant);
  const v128_t p = wasm_u64x2_extmul_low_u32x4(x, m), q = wasm_u64x2_extmul_high_u32x4(x, m);
  return {reinterpret_cast<Words>(wasm_i32x4_shuffle(p, q, 1, 3, 5, 7)),
          reinterpret_cast<Words>(wasm_i32x4_shuffle(p, q, 0, 2, 4, 6))};
#else
  using Wide [[gnu::vector_size(lanes * 4)]] = std::uint64_t;
  const Wide even = reinterpret_cast<Wide>(a) & 0xffffffffu;
  const Wide odd = reinterpret_cast<Wide>(a) >> 32;
#if defined(__AVX512F__) && defined(__AVX512DQ__)
  const __m512i m = _mm512_set1_epi64(static_cast<long long>(constant));
  const Wide pe = reinterpret_cast<Wide>(_mm512_mul_epu32(reinterpret_cast<__m512i>(even), m));
  const Wide po = reinterpret_cast<Wide>(_mm512_mul_epu32(reinterpret_cast<__m512i>(odd), m));
#elif defined(__AVX2__)
  const __m256i m = _mm256_set1_epi64x(static_cast<long long>(constant));
  const Wide pe = reinterpret_cast<Wide>(_mm256_mul_epu32(reinterpret_cast<__m256i>(even), m));
  const Wide po = reinterpret_cast<Wide>(_mm256_mul_epu32(reinterpret_cast<__m256i>(odd), m));
#elif defined(__SSE2__)
  const __m128i m = _mm_set1_epi64x(static_cast<long long>(constant));
  const Wide pe = reinterpret_cast<Wide>(_mm_mul_epu32(reinterpret_cast<__m128i>(even), m));
  const Wide po = reinterpret_cast<Wide>(_mm_mul_epu32(reinterpret_cast<__m128i>(odd), m));
#else
  const Wide pe = even * constant;
  const Wide po = odd * constant;
#endif
  constexpr std::uint64_t high_half = 0xffffffff00000000u;
  return {reinterpret_cast<Words>((pe >> 32) | (po & high_half)),
          reinterpret_cast<Words>((pe & 0xffffffffu) | (po << 32))};
#endif
}

// The bytes of words[0], words[stride], ..., `lanes` of them in all, lowest byte first, as floats.
WAKESLEEP_INLINE Floats bytes_as_floats(const std::uint32_t* words, int stride) {
#if defined(__AVX512F__) && defined(__AVX512DQ__)
  const __m128i bytes = _mm_set_epi32(static_cast<int>(words[3 * stride]), static_cast<int>(words[2 * stride]),
                                      static_cast<int>(words[stride]), static_cast<int>(words[0]));
  return reinterpret_cast<Floats>(_mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(bytes)));
#elif defined(__AVX2__)
  const __m128i bytes = _mm_set_epi32(0, 0, static_cast<int>(words[stride]), static_cast<int>(words[0]));
  return reinterpret_cast<Floats>(_mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(bytes)));
#elif defined(__wasm_simd128__)
  (void)stride;
  return reinterpret_cast<Floats>(
      wasm_f32x4_convert_i32x4(wasm_u32x4_extend_low_u16x8(wasm_u16x8_extend_low_u8x16(wasm_v128_load32_zero(words)))));
#else
  Floats v;
  for (int i = 0; i < lanes; ++i) v[i] = static_cast<float>((words[(i / 4) * stride] >> (8 * (i % 4))) & 255);
  return v;
#endif
}

// Bytes, four times as many as `lanes`; unsigned, so that what columns without meaning hold may wrap.
using Bytes [[gnu::vector_size(lanes * 4)]] = std::uint8_t;
inline constexpr int byte_lanes = 4 * lanes;

WAKESLEEP_INLINE Bytes load_bytes(const std::int8_t* p) {
  Bytes v;
  std::memcpy(&v, p, sizeof v);
  return v;
}
WAKESLEEP_INLINE void store_bytes(std::int8_t* p, Bytes v) { std::memcpy(p, &v, sizeof v); }

// `lanes` signed bytes as floats.
WAKESLEEP_INLINE Floats signed_bytes_as_floats(const std::int8_t* p) {
#if defined(__AVX512F__) && defined(__AVX512DQ__)
  return reinterpret_cast<Floats>(
      _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p)))));
#elif defined(__wasm_simd128__)
  return reinterpret_cast<Floats>(
      wasm_f32x4_convert_i32x4(wasm_i32x4_extend_low_i16x8(wasm_i16x8_extend_low_i8x16(wasm_v128_load32_zero(p)))));
#else
  Floats v;
  for (int i = 0; i < lanes; ++i) v[i] = static_cast<float>(p[i]);
  return v;
#endif
}

}  // namespace wakesleep::math
