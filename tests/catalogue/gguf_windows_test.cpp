// Are sliding windows read as the engine uses them?
#include <gtest/gtest.h>

#include "catalogue/gguf_maker.hpp"
#include "weighin/model_file.hpp"

namespace weighin {
namespace {

using test::GgufMaker;

GgufMaker of(const std::string& architecture, std::uint32_t layers, std::uint32_t window) {
  GgufMaker maker;
  maker.text("general.architecture", architecture)
      .u32(architecture + ".block_count", layers)
      .u32(architecture + ".context_length", 8192)
      .u32(architecture + ".embedding_length", 64)
      .tensor("token_embd.weight", {64, 100}, 1);
  if (window > 0) maker.u32(architecture + ".attention.sliding_window", window);
  return maker;
}

ModelSpec read_made(const GgufMaker& maker) {
  const auto folder = folder_in_memory("f", {{"m.gguf", maker.file()}});
  const auto spec = read_model(*folder, "m.gguf");
  EXPECT_TRUE(spec.ok()) << to_text(spec.error());
  return spec ? *spec : ModelSpec{};
}

TEST(GgufWindows, ByTheArchitecture) {
  const Shape gemma3 = *read_made(of("gemma3", 26, 512)).shape;
  EXPECT_EQ(gemma3.sliding_window, 512);
  EXPECT_EQ(gemma3.swa_pattern, "5 local : 1 global");
  EXPECT_EQ(gemma3.kv_swa_layers, 22);
  EXPECT_EQ(read_made(of("gpt-oss", 24, 128)).shape->swa_pattern, "1 local : 1 global");
  const Shape llama4 = *read_made(of("llama4", 48, 0)).shape;
  EXPECT_EQ(llama4.sliding_window, 0);  // 8192 is as wide as this context
  EXPECT_EQ(read_made(of("phi3", 32, 2047)).shape->swa_pattern, "all layers");
  EXPECT_EQ(read_made(of("modern-bert", 22, 128)).shape->kv_swa_layers, 0);
}

TEST(GgufWindows, AWindowAsWideAsTheContextIsNone) {
  EXPECT_EQ(read_made(of("phi3", 32, 262'144)).shape->sliding_window, 0);
  EXPECT_EQ(read_made(of("gemma2", 26, 8192)).shape->sliding_window, 0);
  // llama.cpp knows no window of this architecture.
  EXPECT_EQ(read_made(of("llama", 32, 4096)).shape->sliding_window, 0);
}

TEST(GgufWindows, ByTheKeys) {
  GgufMaker maker = of("gemma4", 10, 512);
  maker.list("gemma4.attention.sliding_window_pattern", {1, 1, 1, 1, 0, 1, 1, 1, 1, 0}, 7)
      .u32("gemma4.attention.shared_kv_layers", 5);
  const Shape s = *read_made(maker).shape;
  EXPECT_EQ(s.swa_pattern, "4 local : 1 global");
  EXPECT_EQ(s.kv_shared_layers, 5);
  EXPECT_EQ(s.kv_layers, 5);
  EXPECT_EQ(s.kv_swa_layers, 4);
  GgufMaker odd = of("gemma4", 4, 512);
  odd.list("gemma4.attention.sliding_window_pattern", {1, 0, 0, 1}, 7);
  const ModelSpec spec = read_made(odd);
  EXPECT_EQ(spec.shape->sliding_window, 0);
  EXPECT_NE(spec.file->notes.at(0).find("does not repeat"), std::string::npos);
  GgufMaker number = of("olmo2", 8, 512);
  number.u32("olmo2.attention.sliding_window_pattern", 2);
  EXPECT_EQ(read_made(number).shape->swa_pattern, "1 local : 1 global");
}

TEST(GgufWindows, StrangersSeeTheWholeContext) {
  const ModelSpec spec = read_made(of("novel", 8, 512));
  EXPECT_EQ(spec.shape->sliding_window, 0);
  EXPECT_NE(spec.file->notes.at(0).find("512 tokens"), std::string::npos);
}

TEST(GgufWindows, Gemma3nSharesTheCacheOfItsFirstLayers) {
  const Shape s = *read_made(of("gemma3n", 30, 512)).shape;
  EXPECT_EQ(s.kv_shared_layers, 10);
  EXPECT_EQ(s.kv_layers, 20);
  EXPECT_EQ(s.kv_swa_layers, 16);
}

}  // namespace
}  // namespace weighin
