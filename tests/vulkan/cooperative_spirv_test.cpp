// Does a module come out with Khronos's matrices and otherwise as it was?
#include "vulkan/cooperative_spirv.hpp"

#include <gtest/gtest.h>

namespace weighin::vulkan {
namespace {

using Words = std::vector<std::uint32_t>;

std::uint32_t head(std::uint32_t words, std::uint32_t code) { return words << 16 | code; }

// The least that has all instructions: types of three uses, a load, a product, a store.
Words module_of() {
  return {0x07230203, 0x00010300, 0, 100, 0,
          head(2, 17), 5357,                              // OpCapability CooperativeMatrixNV
          head(8, 10), 0x5f565053, 0x635f564e, 0x65706f6f, 0x69746172, 0x6d5f6576, 0x69727461,
          0x00000078,                                     // "SPV_NV_cooperative_matrix"
          head(4, 71), 10, 1, 1,                          // OpDecorate %10 SpecId 1
          head(4, 71), 11, 1, 2,
          head(4, 71), 12, 1, 3,
          head(4, 21), 5, 32, 0,                          // OpTypeInt 32 0
          head(3, 41), 6, 20,                             // OpConstantTrue
          head(3, 42), 6, 21,                             // OpConstantFalse
          head(6, 5358), 30, 7, 8, 10, 12,                // rows x depth
          head(6, 5358), 31, 7, 8, 12, 11,                // depth x columns
          head(6, 5358), 32, 9, 8, 10, 11,                // rows x columns
          head(8, 5359), 30, 40, 50, 60, 21, 0x2a, 70,    // load, row by row
          head(6, 5359), 31, 41, 51, 60, 20,              // load, column by column
          head(6, 5361), 32, 42, 40, 41, 43,              // product
          head(5, 5360), 52, 42, 60, 20};                 // store
}

TEST(CooperativeSpirv, RewritesEachInstruction) {
  const auto made = khronos_matrices(module_of());
  ASSERT_TRUE(made.ok()) << to_text(made.error());
  const Words expected{0x07230203, 0x00010300, 0, 103, 0,
                       head(2, 17), 6022,
                       head(8, 10), 0x5f565053, 0x5f52484b, 0x706f6f63, 0x74617265, 0x5f657669,
                       0x7274616d, 0x00007869,            // "SPV_KHR_cooperative_matrix"
                       head(4, 71), 10, 1, 1,
                       head(4, 71), 11, 1, 2,
                       head(4, 71), 12, 1, 3,
                       head(4, 21), 5, 32, 0,
                       head(4, 43), 5, 100, 0,            // three numbers more
                       head(4, 43), 5, 101, 1,
                       head(4, 43), 5, 102, 2,
                       head(3, 41), 6, 20,
                       head(3, 42), 6, 21,
                       head(7, 4456), 30, 7, 8, 10, 12, 100,
                       head(7, 4456), 31, 7, 8, 12, 11, 101,
                       head(7, 4456), 32, 9, 8, 10, 11, 102,
                       head(8, 4457), 30, 40, 50, 100, 60, 0x2a, 70,
                       head(6, 4457), 31, 41, 51, 101, 60,
                       head(6, 4459), 32, 42, 40, 41, 43,
                       head(5, 4458), 52, 42, 101, 60};
  EXPECT_EQ(*made, expected);
}

TEST(CooperativeSpirv, RefusesWhatItDoesNotKnow) {
  Words module = module_of();
  EXPECT_FALSE(khronos_matrices(Words{1, 2, 3}).ok());
  module.pop_back();
  EXPECT_FALSE(khronos_matrices(module).ok());  // cut short
  module = module_of();
  module[module.size() - 1] = 77;  // a layout that is no constant
  EXPECT_FALSE(khronos_matrices(module).ok());
  EXPECT_FALSE(khronos_matrices(module_of(), {4, 5, 6}).ok());  // sizes by other constants
}

}  // namespace
}  // namespace weighin::vulkan
