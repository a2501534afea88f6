// Is every tensor given the type that llama.cpp's own quantizer chose?
#include "estimate/mix.hpp"

#include <map>
#include <nlohmann/json.hpp>

#include "estimate/shapes.hpp"

namespace weighin {
namespace {

TEST(Mix, EqualsTheQuantizerOnEveryTensor) {
  const auto truth = nlohmann::json::parse(
      test::slurp(test::source_folder() / "tests/estimate/truth/tensor_types.json"));
  std::size_t checked = 0;
  for (const auto& [name, formats] : truth.items()) {
    const Shape shape = test::shape(name);
    const auto tensors = tensors_of(shape);
    ASSERT_TRUE(tensors) << name;
    for (const auto& [format, types] : formats.items()) {
      const Mix* mix = find_mix(format);
      ASSERT_NE(mix, nullptr) << format;
      const auto chosen = types_of(shape, *tensors, *mix, false);
      for (std::size_t i = 0; i < tensors->size(); ++i) {
        const Tensor& tensor = (*tensors)[i];
        const std::string own = tensor.layer < 0 ? std::string(tensor.name)
                                                 : "blk." + std::to_string(tensor.layer) + "." +
                                                       std::string(tensor.name);
        const std::string every = "blk.*." + std::string(tensor.name);
        const auto found = types.contains(own) ? types.find(own) : types.find(every);
        if (found == types.end()) {
          // The list names no biases: they stay F32.
          EXPECT_EQ(chosen[i]->name, "F32") << name << " " << format << " " << own;
          continue;
        }
        EXPECT_EQ(chosen[i]->name, found->get<std::string>())
            << name << " " << format << " " << own;
        ++checked;
      }
    }
  }
  EXPECT_GT(checked, 40'000u);
}

TEST(Mix, AnImportanceMatrixChangesSomeMixes) {
  const Shape shape = test::shape("llama-3.2-1b");
  const auto tensors = *tensors_of(shape);
  const auto has = [&](const char* mix, bool matrix, std::string_view type) {
    const auto types = types_of(shape, tensors, *find_mix(mix), matrix);
    return std::any_of(types.begin(), types.end(),
                       [&](const WeightFormat* each) { return each->name == type; });
  };
  EXPECT_FALSE(has("Q4_0", false, "Q4_1"));
  EXPECT_TRUE(has("Q4_0", true, "Q4_1"));
  EXPECT_TRUE(has("IQ4_XS", false, "Q5_K"));
}

TEST(Mix, EveryMixGivesEveryTensorAType) {
  for (const ModelSpec& model : test::catalogue().models) {
    if (!model.shape) continue;
    const auto tensors = tensors_of(*model.shape);
    ASSERT_TRUE(tensors) << model.id;
    for (const Mix& mix : mixes()) {
      const auto types = types_of(*model.shape, *tensors, mix, false);
      for (std::size_t i = 0; i < types.size(); ++i) {
        ASSERT_NE(types[i], nullptr) << model.id << " " << mix.name << " " << (*tensors)[i].name;
        EXPECT_EQ((*tensors)[i].size[0] % types[i]->block_weights, 0)
            << model.id << " " << mix.name;
      }
    }
  }
}

TEST(Mix, IsFoundByNameWhateverTheCase) {
  EXPECT_EQ(find_mix("q4_k_m")->name, "Q4_K_M");
  EXPECT_EQ(find_mix("Q9_X"), nullptr);
}

// One model of each architecture, 30 mixes each: the counts by type that the real quantizer
// printed.
TEST(Mix, IsTheQuantizersOwnForEveryArchitecture) {
  int count = 0;
  for (const auto& row : test::truth("quantizer_mixes.csv")) {
    const Shape shape = test::file_shape(row.at(0));
    const auto tensors = tensors_of(shape);
    const Mix* mix = find_mix(row.at(1));
    ASSERT_TRUE(tensors && mix != nullptr) << row[0] << " " << row[1];
    const auto types = types_of(shape, *tensors, *mix, false);
    std::map<std::string, int> counts;
    for (std::size_t i = 0; i < tensors->size(); ++i) {
      if (!(*tensors)[i].in_file) continue;
      ASSERT_NE(types[i], nullptr) << row[0] << " " << row[1];
      ++counts[std::string(types[i]->name)];
    }
    std::string text;
    for (const auto& [type, tensors_of_type] : counts)
      text += (text.empty() ? "" : " ") + type + ":" + std::to_string(tensors_of_type);
    EXPECT_EQ(text, row.at(2)) << row[0] << " " << row[1];
    ++count;
  }
  EXPECT_GE(count, 1500);
}

}  // namespace
}  // namespace weighin
