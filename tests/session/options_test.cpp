// Are the shared options read, checked and refused as the contract says?
#include "session/options.hpp"

#include <CLI/CLI.hpp>
#include <gtest/gtest.h>

namespace weighin {
namespace {

// Parses words with every group of options, and settles them.
Result<Done> parse(const std::string& words, Options& options) {
  CLI::App app;
  add_plan_options(app, options);
  add_catalogue_options(app, options);
  add_device_options(app, options);
  add_bench_options(app, options);
  add_demand_options(app, options);
  add_output_options(app, options);
  app.parse(words);
  return settle_options(app, options);
}

TEST(Options, DefaultsAreTheContracts) {
  Options options;
  ASSERT_TRUE(parse("", options).ok());
  EXPECT_EQ(options.plan.context, 4096);
  EXPECT_EQ(options.plan.ubatch, 512);
  EXPECT_EQ(options.plan.kv_type, "f16");
  EXPECT_EQ(options.plan.flash_attn, "auto");
  EXPECT_EQ(options.plan.runtime, "llama.cpp");
  EXPECT_EQ(options.plan.outputs, 0);
  EXPECT_FALSE(options.format_given);
  EXPECT_EQ(options.color_choice(), ColorChoice::automatic);
}

TEST(Options, WordsBecomeValues) {
  Options options;
  ASSERT_TRUE(
      parse("--format Q8_0 --context 8192 --outputs batch --gpu-layers 12 --max-download 2GB "
            "--min-decode 7.5 --color never",
            options)
          .ok());
  EXPECT_TRUE(options.format_given);
  EXPECT_EQ(options.plan.format, "Q8_0");
  EXPECT_EQ(options.plan.context, 8192);
  EXPECT_EQ(options.plan.outputs, -1);
  EXPECT_EQ(options.plan.gpu_layers, 12);
  EXPECT_TRUE(options.gpu_layers_given);
  EXPECT_EQ(options.demands.max_download_bytes, 2'000'000'000);
  EXPECT_DOUBLE_EQ(options.demands.min_decode_tokens_per_second, 7.5);
  EXPECT_EQ(options.color_choice(), ColorChoice::never);
}

TEST(Options, AutomaticLayersAreNoNumber) {
  Options options;
  ASSERT_TRUE(parse("--gpu-layers auto", options).ok());
  EXPECT_FALSE(options.gpu_layers_given);
}

TEST(Options, NonsenseIsWrongUse) {
  for (const char* words :
       {"--outputs some", "--outputs 0", "--outputs 3x", "--gpu-layers -1", "--gpu-layers all",
        "--max-download much", "--format Q9_X", "--context 0", "--kv-type q8_0 --flash-attn off"}) {
    Options options;
    const Result<Done> settled = parse(words, options);
    ASSERT_FALSE(settled.ok()) << words;
    EXPECT_EQ(settled.error().kind, ErrorKind::usage) << words;
    EXPECT_FALSE(settled.error().hint.empty()) << words;
  }
}

TEST(Options, UnknownWordsAreRefusedByTheParser) {
  Options options;
  EXPECT_THROW(parse("--flash-attn perhaps", options), CLI::ParseError);
  EXPECT_THROW(parse("--bench-seconds -1", options), CLI::ParseError);
  EXPECT_THROW(parse("--nonsense", options), CLI::ParseError);
}

}  // namespace
}  // namespace weighin
