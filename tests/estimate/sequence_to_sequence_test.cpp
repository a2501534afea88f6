// Does a model of this family have its family's tensors, and the published count?
#include <set>

#include "estimate/shapes.hpp"
#include "estimate/tensors.hpp"

namespace weighin {
namespace {

// T5 has relative positions on both sides.
TEST(Family_sequence_to_sequence, HasItsTensorsAndItsCount) {
  const ModelSpec model = test::model("t5-small");
  const auto tensors = tensors_of(model.shape.value());
  ASSERT_TRUE(tensors);
  std::set<std::string> names;
  std::int64_t count = 0;
  for (const Tensor& tensor : *tensors) {
    names.insert(std::string(tensor.name));
    if (tensor.counted) count += tensor.elements();
    EXPECT_GT(tensor.elements(), 0) << tensor.name;
  }
  for (const char* name : {"enc.attn_rel_b.weight", "dec.attn_rel_b.weight"})
    EXPECT_EQ(names.count(name), 1u) << name;
  EXPECT_EQ(names.count("enc.attn_o.weight"), 1u);
  EXPECT_EQ(names.count("dec.cross_attn_o.weight"), 1u);
  EXPECT_EQ(count, *model.parameters);
}

}  // namespace
}  // namespace weighin
