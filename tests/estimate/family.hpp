// Does a model have its family's tensors, and the published count?
#pragma once

#include <initializer_list>
#include <set>

#include "estimate/shapes.hpp"
#include "estimate/tensors.hpp"

namespace weighin::test {

/// All of `wanted` are among the model's tensors, none is empty, and their sum is the published
/// count.
inline void expect_family(const std::string& name, std::initializer_list<const char*> wanted) {
  const ModelSpec found = model(name);
  ASSERT_TRUE(found.shape.has_value()) << name;
  const auto tensors = tensors_of(*found.shape);
  ASSERT_TRUE(tensors) << name;
  std::set<std::string> names;
  std::int64_t count = 0;
  for (const Tensor& tensor : *tensors) {
    names.insert(std::string(tensor.name));
    if (tensor.counted) count += tensor.elements();
    EXPECT_GT(tensor.elements(), 0) << tensor.name;
  }
  for (const char* each : wanted) EXPECT_EQ(names.count(each), 1u) << each;
  EXPECT_EQ(count, *found.parameters);
}

}  // namespace weighin::test
