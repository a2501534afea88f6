// Does a model of this family have its family's tensors, and the published count?
#include <set>

#include "estimate/shapes.hpp"
#include "estimate/tensors.hpp"

namespace weighin {
namespace {

// Gemma 4 scales each layer.
TEST(Family_gemma4, HasItsTensorsAndItsCount) {
  const ModelSpec model = test::model("gemma-4-e2b");
  const auto tensors = tensors_of(model.shape.value());
  ASSERT_TRUE(tensors);
  std::set<std::string> names;
  std::int64_t count = 0;
  for (const Tensor& tensor : *tensors) {
    names.insert(std::string(tensor.name));
    if (tensor.counted) count += tensor.elements();
    EXPECT_GT(tensor.elements(), 0) << tensor.name;
  }
  for (const char* name : {"per_layer_token_embd.weight", "layer_output_scale.weight"})
    EXPECT_EQ(names.count(name), 1u) << name;
  EXPECT_EQ(count, *model.parameters);
}

}  // namespace
}  // namespace weighin
