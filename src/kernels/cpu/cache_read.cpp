// How fast can data be read that lie in a cache?
//
// Other than from memory no line is asked for ahead: it would only take the place of a load.
#include "kernels/cpu/simd.hpp"

namespace weighin::kernels::WEIGHIN_ISA {
namespace {

constexpr hn::ScalableTag<uint64_t> kU64;
constexpr int64_t kVectorBytes = HWY_LANES(uint64_t) * 8;

/// Four independent sums; a 4 KiB row is a multiple of four vectors of any width up to 1 KiB.
void read(const KernelTask* task) {
  auto a = hn::Zero(kU64), b = a, c = a, d = a;
  const unsigned char* data = task->weights;
  const unsigned char* end = data + task->rows * task->columns;
  constexpr int64_t step = kVectorBytes / 8;
  for (; data < end; data += 4 * kVectorBytes) {
    const uint64_t* words = reinterpret_cast<const uint64_t*>(data);
    a = hn::Add(a, hn::Load(kU64, words));
    b = hn::Add(b, hn::Load(kU64, words + step));
    c = hn::Add(c, hn::Load(kU64, words + 2 * step));
    d = hn::Add(d, hn::Load(kU64, words + 3 * step));
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

extern const Kernel cache_read_kernel;
const Kernel cache_read_kernel = {.name = "cache read",
                                  .isa = WEIGHIN_TEXT(WEIGHIN_ISA),
                                  .format = "",
                                  .kind = KernelKind::cache_read,
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
