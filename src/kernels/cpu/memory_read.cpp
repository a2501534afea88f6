// How fast can memory be read?
#include "kernels/cpu/simd.hpp"

namespace weighin::kernels::WEIGHIN_ISA {
namespace {

constexpr hn::ScalableTag<uint64_t> kU64;
constexpr int64_t kVectorBytes = HWY_LANES(uint64_t) * 8;

/// Four streams side by side, as decode reads its weights (matrix.hpp), where the rows allow it; an
/// own sum each. A 4 KiB row is a multiple of any vector up to 1 KiB.
void read(const KernelTask* task) {
  auto a = hn::Zero(kU64), b = a, c = a, d = a;
  const unsigned char* data = task->weights;
  const bool streams = task->rows % 4 == 0;
  const int64_t bytes = task->rows * task->columns;
  const int64_t apart = streams ? bytes / 4 : kVectorBytes;
  const int64_t stride = streams ? kVectorBytes : 4 * kVectorBytes;
  const unsigned char* end = data + (streams ? apart : bytes);
  constexpr int64_t line = 64;
  for (; data < end; data += stride) {
    if (kVectorBytes >= line || reinterpret_cast<uintptr_t>(data) % line == 0) {
      for (int i = 0; i < 4; ++i) prefetch_ahead(data + i * apart);
    }
    const uint64_t* words = reinterpret_cast<const uint64_t*>(data);
    const int64_t next = apart / 8;
    a = hn::Add(a, hn::Load(kU64, words));
    b = hn::Add(b, hn::Load(kU64, words + next));
    c = hn::Add(c, hn::Load(kU64, words + 2 * next));
    d = hn::Add(d, hn::Load(kU64, words + 3 * next));
  }
  alignas(64) uint64_t lanes[HWY_LANES(uint64_t)];
  hn::Store(hn::Add(hn::Add(a, b), hn::Add(c, d)), kU64, lanes);
  uint64_t sum = 0;
  for (uint64_t lane : lanes) sum += lane;
  *static_cast<uint64_t*>(task->results) = sum;
}

int64_t bytes_per_row(int64_t columns) { return columns; }
int64_t operations_per_row(int64_t columns) { return columns / 8; }

}  // namespace

extern const Kernel memory_read_kernel;
const Kernel memory_read_kernel = {.name = "memory read",
                                   .isa = WEIGHIN_TEXT(WEIGHIN_ISA),
                                   .format = "",
                                   .kind = KernelKind::memory_read,
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
                                   .run = read};

}  // namespace weighin::kernels::WEIGHIN_ISA
