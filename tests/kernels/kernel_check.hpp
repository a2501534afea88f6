// How is one kernel held against the reference, in every instruction set that this machine has?
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "kernels/kernel_table.hpp"
#include "kernels/runnable.hpp"
#include "kernels/workload.hpp"

namespace weighin::kernels::test {

/// The kernel in each instruction set that can run here; "base" at least.
inline std::vector<const Kernel*> runnable(std::string_view name) {
  std::vector<const Kernel*> kernels;
  for (const Kernel* kernel : kernel_table()) {
    if (kernel->name == name && runs_here(kernel->isa)) kernels.push_back(kernel);
  }
  EXPECT_FALSE(kernels.empty()) << name;
  return kernels;
}

/// Runs the whole workload once.
inline std::vector<float> run_once(const Workload& work, bool in_turn = false) {
  std::vector<float> results(static_cast<std::size_t>(work.results(1)), -1.0f);
  KernelTask task = work.task(results.data());
  task.in_turn = in_turn;
  work.kernel->run(&task);
  return results;
}

/// Random weights and activations of several shapes.
inline void expect_agreement(std::string_view name) {
  for (const Kernel* kernel : runnable(name)) {
    SCOPED_TRACE(kernel->isa);
    for (const std::int64_t columns : {256, 768, 2048}) {
      SCOPED_TRACE(columns);
      const std::int64_t batch = kernel->kind == KernelKind::prefill ? 2 * kernel->batch_group : 1;
      const Workload work =
          make_workload(*kernel, 32, columns, batch, static_cast<std::uint64_t>(columns));
      EXPECT_EQ(static_cast<std::int64_t>(work.pattern.size()),
                32 * kernel->bytes_per_row(columns));
      EXPECT_EQ(kernel->operations_per_row(columns), 2 * columns);
      const std::vector<float> results = run_once(work);
      EXPECT_LE(worst_error(work, results.data(), 1), 1.0);
      // The order of reading changes no sum.
      if (kernel->ways > 1) {
        EXPECT_EQ(run_once(work, true), results);
      }
    }
  }
}

/// All codes at their largest, all activations at +-127: sums of 16 bits must not saturate.
inline void expect_no_saturation(std::string_view name) {
  for (const Kernel* kernel : runnable(name)) {
    SCOPED_TRACE(kernel->isa);
    const std::string_view format = kernel->format;
    const std::int64_t rows = kernel->row_group, columns = 512;
    std::vector<unsigned char> plain = random_rows(format, rows, columns, 9);
    const std::size_t block =
        static_cast<std::size_t>(plain_row_bytes(format, kernel->column_block));
    const unsigned char largest = format == "Q8_0" ? 0x81 : format.starts_with("IQ4") ? 0x00 : 0xff;
    for (std::size_t at = 0; at < plain.size(); ++at) {
      const std::size_t inside = at % block;
      const bool is_scale = format == "Q6_K"         ? inside >= 192
                            : format == "Q2_K"       ? inside < 16 || inside >= 80
                            : format == "IQ4_XS"     ? inside < 8
                            : format == "MXFP4"      ? inside < 1
                            : format.ends_with("_K") ? inside < 16
                                                     : inside < 2;
      if (!is_scale) plain[at] = largest;
    }
    for (const float sign : {1.0f, -1.0f}) {
      SCOPED_TRACE(sign);
      const std::int64_t batch = kernel->batch_group;
      const std::vector<float> activations(static_cast<std::size_t>(columns * batch), sign);
      Workload work = make_workload(*kernel, rows, columns, batch, 9);
      kernel->pack(plain.data(), rows, columns, work.pattern.data());
      kernel->prepare(activations.data(), columns, batch, work.prepared.data());
      work.expected = expected_results(*kernel, plain, rows, columns, activations, batch);
      EXPECT_LE(worst_error(work, run_once(work).data(), 1), 1.0);
    }
  }
}

/// Random keys, values and queries; head sizes of common models; cells that do and do not lie side
/// by side.
inline void expect_attention(std::string_view name) {
  for (const Kernel* kernel : runnable(name)) {
    SCOPED_TRACE(kernel->isa);
    for (const std::int64_t columns : {64, 128, 256, 96}) {
      if (columns % kernel->column_block != 0) continue;
      SCOPED_TRACE(columns);
      const std::int64_t batch = 2 * kernel->batch_group + kernel->batch_group * (columns / 64);
      const Workload work =
          make_workload(*kernel, 192, columns, batch, static_cast<std::uint64_t>(columns));
      EXPECT_EQ(static_cast<std::int64_t>(work.pattern.size()),
                192 * kernel->bytes_per_row(columns));
      EXPECT_EQ(kernel->operations_per_row(columns), 4 * columns);
      const std::vector<float> together = run_once(work);
      EXPECT_LE(worst_error(work, together.data(), 1), 1.0);
      // The same cells as one of two heads that lie side by side.
      const std::int64_t row_bytes = kernel->bytes_per_row(columns) / 2;
      std::vector<unsigned char> wide(2 * work.pattern.size(), 0x33);
      for (std::int64_t cell = 0; cell < 2 * work.rows; ++cell) {
        std::memcpy(wide.data() + (2 * cell + 1) * row_bytes,
                    work.pattern.data() + cell * row_bytes, static_cast<std::size_t>(row_bytes));
      }
      std::vector<float> apart(together.size(), -1.0f);
      KernelTask task = work.task(apart.data());
      task.stride = 2 * row_bytes;
      task.weights = wide.data() + row_bytes;
      task.values = wide.data() + (2 * work.rows + 1) * row_bytes;
      kernel->run(&task);
      EXPECT_EQ(apart, together);
    }
  }
}

/// Rows of floats of several widths, among them sizes at which an exponential under- or overflows.
inline void expect_rows(std::string_view name) {
  for (const Kernel* kernel : runnable(name)) {
    SCOPED_TRACE(kernel->isa);
    for (const std::int64_t columns : {256, 768, 2048}) {
      SCOPED_TRACE(columns);
      Workload work =
          make_workload(*kernel, 2 * kPositions, columns, 1, static_cast<std::uint64_t>(columns));
      const RowShape shape = row_shape(kernel->kind, columns);
      EXPECT_EQ(static_cast<std::int64_t>(work.pattern.size()), 2 * kPositions * 4 * shape.input);
      EXPECT_EQ(work.results(1), 2 * kPositions * shape.output);
      EXPECT_LE(worst_error(work, run_once(work).data(), 1), 1.0);
      if (kernel->kind == KernelKind::rope) continue;  // its angles come from whole rows
      std::vector<float> large(work.pattern.size() / 4);
      std::memcpy(large.data(), work.pattern.data(), work.pattern.size());
      for (float& value : large) value *= 20.0f;
      std::memcpy(work.pattern.data(), large.data(), work.pattern.size());
      std::vector<float> prepared(work.prepared.size() / 4);
      if (!prepared.empty()) {
        std::memcpy(prepared.data(), work.prepared.data(), work.prepared.size());
      }
      work.expected = expected_rows(kernel->kind, large, prepared, work.rows, columns);
      EXPECT_LE(worst_error(work, run_once(work).data(), 1), 1.0);
    }
  }
}

/// Reading sums every word, copying moves every byte; four rows may go another way than three.
inline void expect_all_moved(std::string_view name) {
  for (const Kernel* kernel : runnable(name)) {
    for (const std::int64_t rows : {3, 4, 32}) {
      SCOPED_TRACE(std::string(kernel->isa) + " " + std::to_string(rows));
      const Workload work = make_workload(*kernel, rows, 4096, 1, 4);
      struct alignas(64) Pages {
        unsigned char bytes[32 * 4096];
      };
      const auto from = std::make_unique<Pages>(), to = std::make_unique<Pages>();
      const std::size_t size = work.pattern.size();
      ASSERT_EQ(size, static_cast<std::size_t>(rows) * 4096);
      std::memcpy(from->bytes, work.pattern.data(), size);
      std::uint64_t sum = 0;
      const bool copies = kernel->kind == KernelKind::memory_copy;
      const KernelTask task{.weights = from->bytes,
                            .activations = nullptr,
                            .results = copies ? static_cast<void*>(to->bytes) : &sum,
                            .rows = rows,
                            .columns = 4096,
                            .batch = 1};
      kernel->run(&task);
      if (copies) {
        EXPECT_EQ(std::memcmp(from->bytes, to->bytes, size), 0);
        EXPECT_EQ(kernel->bytes_per_row(4096), 8192);  // read once, written once
      } else {
        EXPECT_EQ(sum, work.sum);
        EXPECT_NE(sum, 0u);
        EXPECT_EQ(kernel->bytes_per_row(4096), 4096);
      }
    }
  }
}

}  // namespace weighin::kernels::test
