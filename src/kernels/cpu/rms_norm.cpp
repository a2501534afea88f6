// How fast are rows divided by their root mean square, and multiplied with the norm's weights?
#include "kernels/cpu/rows.hpp"

namespace weighin::kernels::WEIGHIN_ISA {
namespace {

void normalize(const KernelTask* task) {
  const int64_t columns = task->columns;
  const float* x = reinterpret_cast<const float*>(task->weights);
  const float* weights = static_cast<const float*>(task->activations);
  float* results = static_cast<float*>(task->results);
  for (int64_t row = 0; row < task->rows; ++row, x += columns, results += columns) {
    F32 a = hn::Zero(kF32), b = a, c = a, d = a;
    for (int64_t i = 0; i < columns; i += 4 * kLanes) {
      const F32 first = hn::LoadU(kF32, x + i), second = hn::LoadU(kF32, x + i + kLanes);
      const F32 third = hn::LoadU(kF32, x + i + 2 * kLanes);
      const F32 fourth = hn::LoadU(kF32, x + i + 3 * kLanes);
      a = hn::MulAdd(first, first, a);
      b = hn::MulAdd(second, second, b);
      c = hn::MulAdd(third, third, c);
      d = hn::MulAdd(fourth, fourth, d);
    }
    const float squares = hn::GetLane(hn::SumOfLanes(kF32, hn::Add(hn::Add(a, b), hn::Add(c, d))));
    const F32 scale =
        hn::Set(kF32, 1.0f / __builtin_sqrtf(squares / static_cast<float>(columns) + kNormEpsilon));
    for (int64_t i = 0; i < columns; i += kLanes) {
      const F32 scaled = hn::Mul(hn::LoadU(kF32, x + i), scale);
      hn::StoreU(hn::Mul(scaled, hn::LoadU(kF32, weights + i)), kF32, results + i);
    }
  }
}

int64_t weight_count(int64_t columns) { return columns; }
/// Read once and written once; the norm's own weights stay where they are.
int64_t bytes_per_row(int64_t columns) { return 8 * columns; }
int64_t operations_per_row(int64_t columns) { return 4 * columns; }

}  // namespace

extern const Kernel rms_norm_kernel;
const Kernel rms_norm_kernel = row_kernel<weight_count>(
    "rms norm", KernelKind::rms_norm, bytes_per_row, operations_per_row, 1e-5, normalize);

}  // namespace weighin::kernels::WEIGHIN_ISA
