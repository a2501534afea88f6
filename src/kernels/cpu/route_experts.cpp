// How fast does a mixture of experts choose among them, and add up what the chosen ones gave?
//
// A row is one token's logits. Softmax over all, the best eight, their weights to a sum of one;
// then the row of each chosen expert (from the prepared table) is added by its weight.
#include "kernels/cpu/exponential.hpp"
#include "kernels/cpu/rows.hpp"

namespace weighin::kernels::WEIGHIN_ISA {
namespace {

/// Indices of the largest logits, the largest first.
HWY_INLINE void choose(const float* logits, int32_t (&chosen)[kChosenExperts]) {
  float least[kChosenExperts];
  int count = 0;
  for (int32_t expert = 0; expert < kExperts; ++expert) {
    const float logit = logits[expert];
    if (count == kChosenExperts && logit <= least[kChosenExperts - 1]) continue;
    int at = count < kChosenExperts ? count++ : kChosenExperts - 1;
    for (; at > 0 && least[at - 1] < logit; --at) {
      least[at] = least[at - 1];
      chosen[at] = chosen[at - 1];
    }
    least[at] = logit;
    chosen[at] = expert;
  }
}

void route(const KernelTask* task) {
  alignas(64) float shares[kExperts];
  const int64_t columns = task->columns;
  const float* logits = reinterpret_cast<const float*>(task->weights);
  const float* table = static_cast<const float*>(task->activations);
  float* results = static_cast<float*>(task->results);
  for (int64_t row = 0; row < task->rows; ++row, logits += kExperts, results += columns) {
    int32_t chosen[kChosenExperts] = {};
    choose(logits, chosen);
    const F32 largest = hn::Set(kF32, logits[chosen[0]]);
    for (int i = 0; i < kExperts; i += kLanes) {
      hn::Store(exponential(hn::Sub(hn::LoadU(kF32, logits + i), largest)), kF32, shares + i);
    }
    float total = 0.0f;
    for (const int32_t expert : chosen) total += shares[expert];
    F32 weights[kChosenExperts];
    const float* rows[kChosenExperts];
    for (int k = 0; k < kChosenExperts; ++k) {
      weights[k] = hn::Set(kF32, shares[chosen[k]] / total);
      rows[k] = table + chosen[k] * columns;
    }
    for (int64_t i = 0; i < columns; i += kLanes) {
      F32 sum = hn::Mul(hn::LoadU(kF32, rows[0] + i), weights[0]);
      for (int k = 1; k < kChosenExperts; ++k) {
        sum = hn::MulAdd(hn::LoadU(kF32, rows[k] + i), weights[k], sum);
      }
      hn::StoreU(sum, kF32, results + i);
    }
  }
}

int64_t table_values(int64_t columns) { return kExperts * columns; }
/// Logits and chosen rows are read, one row is written.
int64_t bytes_per_row(int64_t columns) { return 4 * (kExperts + (kChosenExperts + 1) * columns); }
int64_t operations_per_row(int64_t columns) { return 2 * kExperts + 2 * kChosenExperts * columns; }

}  // namespace

extern const Kernel route_experts_kernel;
const Kernel route_experts_kernel = row_kernel<table_values>(
    "route experts", KernelKind::route_experts, bytes_per_row, operations_per_row, 1e-5, route);

}  // namespace weighin::kernels::WEIGHIN_ISA
