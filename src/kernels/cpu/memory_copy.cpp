// How fast can memory be copied?
#include "kernels/cpu/simd.hpp"

namespace weighin::kernels::WEIGHIN_ISA {
namespace {

constexpr hn::ScalableTag<uint64_t> kU64;
constexpr int64_t kVectorBytes = HWY_LANES(uint64_t) * 8;

/// Ordinary stores, as an engine's own: the lines that are written are read first.
void copy(const KernelTask* task) {
  const unsigned char* from = task->weights;
  const unsigned char* end = from + task->rows * task->columns;
  unsigned char* to = static_cast<unsigned char*>(task->results);
  for (; from < end; from += 2 * kVectorBytes, to += 2 * kVectorBytes) {
    const uint64_t* source = reinterpret_cast<const uint64_t*>(from);
    uint64_t* target = reinterpret_cast<uint64_t*>(to);
    constexpr int64_t step = kVectorBytes / 8;
    const auto first = hn::Load(kU64, source), second = hn::Load(kU64, source + step);
    hn::Store(first, kU64, target);
    hn::Store(second, kU64, target + step);
  }
}

/// Read once and written once, as STREAM counts it (https://www.cs.virginia.edu/stream/ref.html).
int64_t bytes_per_row(int64_t columns) { return 2 * columns; }
int64_t operations_per_row(int64_t) { return 0; }

}  // namespace

extern const Kernel memory_copy_kernel;
const Kernel memory_copy_kernel = {.name = "memory copy",
                                   .isa = WEIGHIN_TEXT(WEIGHIN_ISA),
                                   .format = "",
                                   .kind = KernelKind::memory_copy,
                                   .activation = Activation::f32,
                                   .row_group = 1,
                                   .column_block = 4096,
                                   .batch_group = 1,
                                   .batch = 1,
                                   .bytes_per_row = bytes_per_row,
                                   .operations_per_row = operations_per_row,
                                   .error_bound = 0.0,
                                   .pack = nullptr,
                                   .prepared_bytes = nullptr,
                                   .prepare = nullptr,
                                   .run = copy};

}  // namespace weighin::kernels::WEIGHIN_ISA
