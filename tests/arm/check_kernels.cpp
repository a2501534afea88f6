// Does every kernel agree with the reference, in every instruction set of this processor?
//
// A plain main, for architectures for which no test library is at hand.
#include <cstdio>
#include <cstring>
#include <memory>
#include <vector>

#include "kernels/kernel_table.hpp"
#include "kernels/runnable.hpp"
#include "kernels/workload.hpp"

namespace weighin::kernels {
namespace {

bool moves_all(const Kernel& kernel, std::int64_t rows) {
  struct alignas(64) Page {
    unsigned char bytes[4 * 4096];
  };
  const Workload work = make_workload(kernel, rows, 4096, 1, 4);
  const auto from = std::make_unique<Page>(), to = std::make_unique<Page>();
  std::memcpy(from->bytes, work.pattern.data(), work.pattern.size());
  std::uint64_t sum = 0;
  const bool copies = kernel.kind == KernelKind::memory_copy;
  KernelTask task = work.task(copies ? static_cast<void*>(to->bytes) : &sum);
  task.weights = from->bytes;
  kernel.run(&task);
  return copies ? std::memcmp(from->bytes, to->bytes, work.pattern.size()) == 0 : sum == work.sum;
}

double error_of(const Kernel& kernel, std::int64_t columns) {
  const bool prefill = counts_operations(kernel.kind);
  const std::int64_t rows = is_row_wise(kernel.kind)    ? 2 * kPositions
                            : is_attention(kernel.kind) ? 192
                                                        : 64;
  const std::int64_t batch = prefill ? 2 * kernel.batch_group : is_attention(kernel.kind) ? 3 : 1;
  const Workload work =
      make_workload(kernel, rows, columns, batch, static_cast<std::uint64_t>(columns));
  std::vector<float> results(static_cast<std::size_t>(work.results(1)), -1.0f);
  KernelTask task = work.task(results.data());
  double worst = 0.0;
  for (std::int64_t way = 0; way < kernel.ways; ++way) {
    task.in_turn = way > 0;
    std::fill(results.begin(), results.end(), -1.0f);
    kernel.run(&task);
    worst = std::max(worst, worst_error(work, results.data(), 1));
  }
  return worst;
}

int check() {
  int checked = 0, wrong = 0, left_out = 0;
  for (const Kernel* kernel : kernel_table()) {
    if (!test::runs_here(kernel->isa)) {
      ++left_out;
      continue;
    }
    bool right = true;
    if (is_memory(kernel->kind)) {
      right = moves_all(*kernel, 3) && moves_all(*kernel, 4);
    } else if (is_attention(kernel->kind)) {
      right = error_of(*kernel, 64) <= 1.0 && error_of(*kernel, 128) <= 1.0;
    } else {
      right = error_of(*kernel, 256) <= 1.0 && error_of(*kernel, 768) <= 1.0;
    }
    ++checked;
    if (!right) {
      ++wrong;
      std::printf("%s, %s: differs from the reference\n", kernel->name, kernel->isa);
    }
  }
  std::printf("%d kernels checked, %d wrong, %d not for this processor\n", checked, wrong,
              left_out);
  return wrong == 0 && checked > 0 ? 0 : 1;
}

}  // namespace
}  // namespace weighin::kernels

int main() { return weighin::kernels::check(); }
