// Does a model of this family have its family's tensors, and the published count?
#include <set>

#include "estimate/shapes.hpp"
#include "estimate/tensors.hpp"

namespace weighin {
namespace {

// a mixture has a router and stacked experts.
TEST(Family_ffn, HasItsTensorsAndItsCount) {
  const ModelSpec model = test::model("olmoe-1b-7b");
  const auto tensors = tensors_of(model.shape.value());
  ASSERT_TRUE(tensors);
  std::set<std::string> names;
  std::int64_t count = 0;
  for (const Tensor& tensor : *tensors) {
    names.insert(std::string(tensor.name));
    if (tensor.counted) count += tensor.elements();
    EXPECT_GT(tensor.elements(), 0) << tensor.name;
  }
  for (const char* name : {"ffn_gate_exps.weight", "ffn_gate_inp.weight"})
    EXPECT_EQ(names.count(name), 1u) << name;
  EXPECT_EQ(count, *model.parameters);
}

}  // namespace
}  // namespace weighin
