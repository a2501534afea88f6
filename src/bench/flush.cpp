// Which instructions drop cache lines?
#include "bench/flush.hpp"

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#endif

namespace weighin {
namespace {

#if defined(__x86_64__)

/// Leaf 7, EBX bit 23: Intel 64 and IA-32 Architectures Software Developer's Manual, CPUID. Asked
/// of the processor that executes it, not of a recorded one.
bool has_clflushopt() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (b >> 23 & 1u) != 0;
}

__attribute__((target("clflushopt"))) void flush_freely(const unsigned char* data,
                                                        std::int64_t bytes) {
  for (std::int64_t i = 0; i < bytes; i += 64) {
    _mm_clflushopt(const_cast<unsigned char*>(data + i));
  }
  _mm_sfence();
}

/// In order, and so about five times slower.
void flush_in_order(const unsigned char* data, std::int64_t bytes) {
  for (std::int64_t i = 0; i < bytes; i += 64) _mm_clflush(data + i);
  _mm_sfence();
}

#endif

}  // namespace

#if defined(__x86_64__)

bool can_flush() { return true; }  // CLFLUSH came with SSE2

void flush(const unsigned char* data, std::int64_t bytes) {
  static const bool freely = has_clflushopt();
  (freely ? flush_freely : flush_in_order)(data, bytes);
}

#elif defined(__aarch64__)

bool can_flush() { return true; }  // Linux lets user programs clean and invalidate by address

void flush(const unsigned char* data, std::int64_t bytes) {
  std::uint64_t type = 0;
  __asm__ volatile("mrs %0, ctr_el0" : "=r"(type));
  const std::int64_t line = std::int64_t{4} << (type >> 16 & 15);  // DminLine: log2 of words
  for (std::int64_t i = 0; i < bytes; i += line) {
    __asm__ volatile("dc civac, %0" : : "r"(data + i) : "memory");
  }
  __asm__ volatile("dsb sy" : : : "memory");
}

#else

bool can_flush() { return false; }
void flush(const unsigned char*, std::int64_t) {}

#endif

}  // namespace weighin
