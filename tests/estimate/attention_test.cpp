// Does a model of this family have its family's tensors, and the published count?
#include <set>

#include "estimate/shapes.hpp"
#include "estimate/tensors.hpp"

namespace weighin {
namespace {

// latent attention keeps one compressed vector.
TEST(Family_attention, HasItsTensorsAndItsCount) {
  const ModelSpec model = test::model("deepseek-v2-lite");
  const auto tensors = tensors_of(model.shape.value());
  ASSERT_TRUE(tensors);
  std::set<std::string> names;
  std::int64_t count = 0;
  for (const Tensor& tensor : *tensors) {
    names.insert(std::string(tensor.name));
    if (tensor.counted) count += tensor.elements();
    EXPECT_GT(tensor.elements(), 0) << tensor.name;
  }
  for (const char* name : {"attn_kv_a_mqa.weight", "attn_k_b.weight", "attn_v_b.weight"})
    EXPECT_EQ(names.count(name), 1u) << name;
  EXPECT_EQ(count, *model.parameters);
}

}  // namespace
}  // namespace weighin
