// Does each GPU hold what the engine puts there?
#include "estimate/offload.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "estimate/mix.hpp"
#include "estimate/shapes.hpp"

namespace weighin {
namespace {

struct Truth {
  Plan plan;
  std::string model;
  std::map<std::string, Held> places;  // "GPU0", "GPU1", …, "host"
};

// The engine's own buffers, as its backends told them.
std::vector<Truth> truths() {
  std::vector<Truth> all;
  std::string before;
  for (const auto& row : test::truth("gpu_loads.csv")) {
    std::string key;
    for (std::size_t i = 0; i < 11; ++i) key += row.at(i) + ",";
    if (key != before) {
      Truth truth;
      truth.model = row[0];
      truth.plan.format = row[1];
      truth.plan.gpu_shares.assign(std::stoul(row[2]), 1.0);
      truth.plan.gpu_layers = std::stoll(row[3]);
      truth.plan.context = std::stoll(row[4]);
      truth.plan.kv_type = row[6];
      truth.plan.ubatch = std::stoll(row[7]);
      truth.plan.parallel = std::stoll(row[8]);
      truth.plan.kv_unified = row[9] == "1";
      truth.plan.outputs = std::stoll(row[10]);
      truth.plan.repack = "none";
      all.push_back(truth);
      before = key;
    }
    Held& held = all.back().places[row[11]];
    held.weights_bytes += std::stoll(row.at(12));
    held.cache_bytes += std::stoll(row.at(13));
    held.compute_bytes += std::stoll(row.at(14));
  }
  return all;
}

std::optional<Offload> offload_of(const Truth& truth) {
  const Shape shape = test::file_shape(truth.model);
  const auto tensors = tensors_of(shape);
  const auto stored =
      stored_tensors(*tensors, types_of(shape, *tensors, *find_mix(truth.plan.format), false));
  const auto weights = weigh(shape, *stored, truth.plan);
  const auto cache = kv_cache(shape, truth.plan);
  const auto state = recurrent_state_bytes(shape, truth.plan.parallel);
  EXPECT_TRUE(stored && weights && cache && state) << truth.model;
  return offload(shape, truth.plan, *weights, *cache, *state);
}

TEST(Offload, WeightsAndCacheOfEveryPlaceAreTheEngines) {
  int places = 0;
  for (const Truth& truth : truths()) {
    const auto ours = offload_of(truth);
    ASSERT_TRUE(ours) << truth.model;
    const std::string what = truth.model + " on " + std::to_string(ours->gpus.size()) +
                             " GPUs, layers " + std::to_string(truth.plan.gpu_layers);
    for (const auto& [name, held] : truth.places) {
      const Held& mine =
          name == "host" ? ours->host : ours->gpus.at(static_cast<std::size_t>(name.back() - '0'));
      // Small vectors are padded or kept in two places; matrices are equal to the byte.
      EXPECT_NEAR(static_cast<double>(mine.weights_bytes), static_cast<double>(held.weights_bytes),
                  1024.0)
          << what << " " << name;
      EXPECT_EQ(mine.cache_bytes, held.cache_bytes) << what << " " << name;
      ++places;
    }
  }
  EXPECT_GT(places, 500);
}

// Of the same loads: who does what of a token, by what the engine put where.
TEST(Offload, TheSharesOfTheWorkAreWhatLiesThere) {
  int split = 0;
  for (const Truth& truth : truths()) {
    const auto ours = offload_of(truth);
    ASSERT_TRUE(ours) << truth.model;
    const std::int64_t layers = test::file_shape(truth.model).layers;
    double weights = 0, cells = 0;
    std::int64_t counted = 0;
    int outputs = 0, before = -2;
    for (const WorkShare& share : ours->work) {
      EXPECT_GT(share.gpu, before) << "the CPU first, then the GPUs in their order";
      before = share.gpu;
      weights += share.weights;
      cells += share.full_cells + share.sliding_cells;
      counted += share.layers;
      outputs += share.output ? 1 : 0;
      const std::string name = share.gpu < 0 ? "host" : "GPU" + std::to_string(share.gpu);
      const auto held = truth.places.find(name);
      ASSERT_NE(held, truth.places.end()) << truth.model << " " << name;
      EXPECT_NEAR(static_cast<double>(share.weights_bytes),
                  static_cast<double>(held->second.weights_bytes), 1024.0);
      EXPECT_EQ(share.layers > 0, held->second.cache_bytes > 0) << truth.model << " " << name;
    }
    EXPECT_NEAR(weights, 1.0, 1e-9) << truth.model;
    EXPECT_GT(cells, 0.999) << truth.model;
    EXPECT_EQ(counted, layers) << truth.model;
    EXPECT_EQ(outputs, 1) << truth.model;
    split += ours->work.size() > 1 ? 1 : 0;
  }
  EXPECT_GT(split, 100);
}

// Errors of what one GPU holds, as a share of it.
std::vector<double> errors_of_gpus(bool whole_models) {
  std::vector<double> errors;
  for (const Truth& truth : truths()) {
    const bool whole = truth.plan.gpu_layers > test::file_shape(truth.model).layers;
    const auto ours = offload_of(truth);
    EXPECT_TRUE(ours) << truth.model;
    // One layer is the output alone: nobody runs so, and its scratch is larger than what it holds.
    if (whole != whole_models || !ours || truth.plan.gpu_layers == 1) continue;
    for (const auto& [name, held] : truth.places) {
      if (name == "host" || held.weights_bytes < kMiB) continue;
      const Held& mine = ours->gpus.at(static_cast<std::size_t>(name.back() - '0'));
      errors.push_back(static_cast<double>(mine.total() - held.total()) /
                       static_cast<double>(held.total()));
    }
  }
  std::sort(errors.begin(), errors.end());
  return errors;
}

TEST(Offload, OfWholeModelsEveryGpuIsRight) {
  const std::vector<double> errors = errors_of_gpus(true);
  ASSERT_GT(errors.size(), 80u);
  EXPECT_LT(std::abs(errors[errors.size() / 2]), 0.002);
  EXPECT_GT(errors.front(), -0.035);
  EXPECT_LT(errors.back(), 0.035);
}

TEST(Offload, OfPartsNoGpuIsFarTooLow) {
  const std::vector<double> errors = errors_of_gpus(false);
  ASSERT_GT(errors.size(), 120u);
  EXPECT_LT(std::abs(errors[errors.size() / 2]), 0.03);
  EXPECT_GT(errors.front(), -0.075) << "an upper bound";
}

TEST(Offload, TheOutputGoesFirst) {
  Truth truth;
  truth.model = "mistral-7b-v0.3";
  truth.plan.gpu_layers = 1;
  truth.plan.repack = "none";
  const auto one = offload_of(truth);
  ASSERT_TRUE(one);
  ASSERT_EQ(one->gpus.size(), 1u);
  EXPECT_GT(one->gpus[0].weights_bytes, 100 * kMiB) << "the output matrix";
  EXPECT_EQ(one->gpus[0].cache_bytes, 0) << "and no layer";
  truth.plan.gpu_layers = -1;
  const auto all = offload_of(truth);
  ASSERT_TRUE(all);
  EXPECT_EQ(all->host.cache_bytes, 0);
}

}  // namespace
}  // namespace weighin
