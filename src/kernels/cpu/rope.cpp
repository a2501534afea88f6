// How fast are heads turned by their token's position?
//
// Rotary embedding (https://arxiv.org/abs/2104.09864), the first half of a head with the second. As
// engines do, sine and cosine are taken anew for each token.
#include "kernels/cpu/rows.hpp"

namespace weighin::kernels::WEIGHIN_ISA {
namespace {

constexpr int kHalf = kHeadSize / 2;

void turn(const KernelTask* task) {
  alignas(64) float cosines[kHalf], sines[kHalf];
  const float* frequencies = static_cast<const float*>(task->activations);
  const float* x = reinterpret_cast<const float*>(task->weights);
  float* results = static_cast<float*>(task->results);
  for (int64_t row = 0; row < task->rows; ++row) {
    const float position = static_cast<float>(kFirstPosition + row % kPositions);
    for (int i = 0; i < kHalf; ++i) {
      const float angle = position * frequencies[i];
      cosines[i] = __builtin_cosf(angle);
      sines[i] = __builtin_sinf(angle);
    }
    for (int64_t head = 0; head < task->columns; head += kHeadSize) {
      for (int i = 0; i < kHalf; i += kLanes) {
        const F32 first = hn::LoadU(kF32, x + i), second = hn::LoadU(kF32, x + kHalf + i);
        const F32 cosine = hn::Load(kF32, cosines + i), sine = hn::Load(kF32, sines + i);
        hn::StoreU(hn::NegMulAdd(second, sine, hn::Mul(first, cosine)), kF32, results + i);
        hn::StoreU(hn::MulAdd(second, cosine, hn::Mul(first, sine)), kF32, results + kHalf + i);
      }
      x += kHeadSize;
      results += kHeadSize;
    }
  }
}

int64_t frequency_count(int64_t) { return kHalf; }
int64_t bytes_per_row(int64_t columns) { return 8 * columns; }
int64_t operations_per_row(int64_t columns) { return 3 * columns; }

}  // namespace

extern const Kernel rope_kernel;
const Kernel rope_kernel = row_kernel<frequency_count>("rope", KernelKind::rope, bytes_per_row,
                                                       operations_per_row, 1e-5, turn);

}  // namespace weighin::kernels::WEIGHIN_ISA
