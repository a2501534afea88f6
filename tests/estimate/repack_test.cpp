// Do the weights lie in the buffers in which the engine itself puts them?
#include "estimate/repack.hpp"

#include <algorithm>
#include <set>

#include "estimate/mix.hpp"
#include "estimate/shapes.hpp"

namespace weighin {
namespace {

struct Sums {
  Bytes plain = 0, repacked = 0;
};

Sums sums(const std::string& model, const std::string& quant, CpuLayout layout) {
  const Shape shape = test::file_shape(model);
  const auto tensors = tensors_of(shape);
  const Mix* mix = find_mix(quant == "MXFP4" ? "MXFP4_MOE" : quant);
  EXPECT_TRUE(tensors && mix != nullptr) << model << " " << quant;
  if (!tensors || mix == nullptr) return {};
  const auto types = types_of(shape, *tensors, *mix, false);
  const bool tied = std::none_of(tensors->begin(), tensors->end(),
                                 [](const Tensor& each) { return each.role == Role::output; });
  Sums sum;
  for (std::size_t i = 0; i < tensors->size(); ++i) {
    const Tensor& tensor = (*tensors)[i];
    if (!tensor.in_file) continue;
    const auto bytes =
        format_bytes(*types[i], tensor.size[0], tensor.size[1] * tensor.size[2]).value_or(0);
    const LoadedTensor where =
        loaded(tensor, *types[i], bytes, layout, tied && tensor.role == Role::token_embedding);
    sum.plain += where.plain_bytes;
    sum.repacked += where.repacked_bytes;
  }
  return sum;
}

TEST(Repack, IsTheEnginesOwnOnAvx512) {
  std::set<std::string> seen;
  for (const auto& row : test::truth("llamacpp_memory.csv")) {
    if (row.at(19) != "ok" || row[17].empty() || !seen.insert(row[0] + row[2]).second) continue;
    const Sums sum = sums(row[0], row[2], CpuLayout::avx512);
    EXPECT_EQ(sum.plain, std::stoll(row[17])) << row[0] << " " << row[2];
    EXPECT_EQ(sum.repacked, std::stoll(row[18])) << row[0] << " " << row[2];
  }
  EXPECT_GE(seen.size(), 150u);
}

// The engine's buffers on a processor with AMX tiles, where tied embeddings are kept twice.
TEST(Repack, IsTheEnginesOwnOnAmx) {
  int count = 0;
  for (const auto& row : test::truth("amx_buffers.csv")) {
    const Sums sum = sums(row.at(0), row.at(1), CpuLayout::amx);
    EXPECT_EQ(sum.plain, std::stoll(row.at(2))) << row[0] << " " << row[1];
    EXPECT_EQ(sum.repacked, std::stoll(row.at(3)) + std::stoll(row.at(4)))
        << row[0] << " " << row[1];
    ++count;
  }
  EXPECT_GE(count, 150);
}

TEST(Repack, FollowsTheInstructionSet) {
  const auto repacked = [](const char* type, CpuLayout layout, std::int64_t rows) {
    const Tensor tensor{"attn_q.weight", 0, Role::attention_q, 2, {256, rows, 1}};
    return loaded(tensor, *find_weight_format(type), 1000, layout, false).repacked_bytes;
  };
  EXPECT_EQ(repacked("Q4_K", CpuLayout::avx2, 64), 1000);
  EXPECT_EQ(repacked("Q2_K", CpuLayout::avx2, 64), 0);
  EXPECT_EQ(repacked("Q2_K", CpuLayout::avx512, 64), 1000);
  EXPECT_EQ(repacked("Q8_0", CpuLayout::avx512, 64), 0);
  EXPECT_EQ(repacked("Q8_0", CpuLayout::neon, 64), 1000);
  EXPECT_EQ(repacked("Q6_K", CpuLayout::neon, 64), 1000);
  EXPECT_EQ(repacked("Q4_0", CpuLayout::avx2, 60), 0) << "rows go by eight";
  EXPECT_EQ(repacked("Q4_0", CpuLayout::neon, 60), 1000) << "rows go by four";
  EXPECT_EQ(repacked("Q4_0", CpuLayout::none, 64), 0);
}

TEST(Repack, KnowsItsWords) {
  EXPECT_EQ(cpu_layout("amx"), CpuLayout::amx);
  EXPECT_EQ(cpu_layout("none"), CpuLayout::none);
  EXPECT_EQ(cpu_layout("base"), CpuLayout::none);
}

}  // namespace
}  // namespace weighin
