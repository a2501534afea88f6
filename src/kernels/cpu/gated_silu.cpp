// How fast does the gate of a feed-forward part close and open: silu(gate) * up?
//
// A row holds the gate's values, then as many of the other matrix; silu(x) = x / (1 + e^-x).
#include "kernels/cpu/exponential.hpp"
#include "kernels/cpu/rows.hpp"

namespace weighin::kernels::WEIGHIN_ISA {
namespace {

void gate(const KernelTask* task) {
  const int64_t half = task->columns / 2;
  const float* gates = reinterpret_cast<const float*>(task->weights);
  float* results = static_cast<float*>(task->results);
  const F32 one = hn::Set(kF32, 1.0f);
  for (int64_t row = 0; row < task->rows; ++row, gates += 2 * half, results += half) {
    for (int64_t i = 0; i < half; i += kLanes) {
      const F32 x = hn::LoadU(kF32, gates + i);
      const F32 silu = hn::Div(x, hn::Add(one, exponential(hn::Neg(x))));
      hn::StoreU(hn::Mul(silu, hn::LoadU(kF32, gates + half + i)), kF32, results + i);
    }
  }
}

int64_t nothing(int64_t) { return 0; }
/// Two halves are read, one is written.
int64_t bytes_per_row(int64_t columns) { return 6 * columns; }
/// A negation, an exponential (counted as one), a sum, a quotient and a product for each result.
int64_t operations_per_row(int64_t columns) { return 5 * columns / 2; }

}  // namespace

extern const Kernel gated_silu_kernel;
const Kernel gated_silu_kernel = row_kernel<nothing>("gated silu", KernelKind::gated_silu,
                                                     bytes_per_row, operations_per_row, 1e-5, gate);

}  // namespace weighin::kernels::WEIGHIN_ISA
