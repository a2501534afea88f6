// Do catalogue, device and options come together as the command line says?
#include "session/session.hpp"

#include <gtest/gtest.h>

#include "support/support.hpp"

namespace weighin {
namespace {

const Invocation kInvocation{WEIGHIN_PROGRAM};

TEST(Session, ReadsAFileOrSaysWhyNot) {
  const test::TemporaryFolder folder;
  folder.write("a.json", "{}");
  EXPECT_EQ(*read_input((folder.path() / "a.json").string(), 10), "{}");
  EXPECT_EQ(read_input((folder.path() / "b.json").string(), 10).error().kind, ErrorKind::no_input);
  EXPECT_EQ(read_input(folder.path().string(), 10).error().kind, ErrorKind::no_input);
  folder.write("long.json", std::string(100, 'x'));
  const auto too_long = read_input((folder.path() / "long.json").string(), 10);
  ASSERT_FALSE(too_long);
  EXPECT_EQ(too_long.error().kind, ErrorKind::data);
  EXPECT_NE(too_long.error().what.find("has 100 B: larger than 10 B"), std::string::npos)
      << too_long.error().what;
  EXPECT_NE(too_long.error().where.find("long.json:"), std::string::npos) << too_long.error().where;
}

TEST(Session, LoadsTheCatalogueAndItsModels) {
  Options options;
  const Result<Catalogue> catalogue = load_catalogue(options, kInvocation);
  ASSERT_TRUE(catalogue.ok()) << to_text(catalogue.error());
  const Result<std::vector<ModelSpec>> all = load_models(options, *catalogue);
  ASSERT_TRUE(all.ok());
  for (const ModelSpec& model : *all) EXPECT_FALSE(model.hosted_only) << model.id;
  options.models = {"Gemma 2B", "mistral-7b"};
  const Result<std::vector<ModelSpec>> two = load_models(options, *catalogue);
  ASSERT_TRUE(two.ok());
  EXPECT_EQ(two->size(), 2u);
  EXPECT_EQ(two->front().id, "gemma-2b");
}

TEST(Session, TheWorstAnswerDecidesTheExitCode) {
  Verdict fits, unknown, too_big;
  fits.fit = Fit::fits;
  unknown.fit = Fit::unknown;
  too_big.fit = Fit::too_big;
  EXPECT_EQ(worst_exit_code({fits, fits}, {}), 0);
  EXPECT_EQ(worst_exit_code({fits, unknown}, {}), 2);
  EXPECT_EQ(worst_exit_code({unknown, too_big, fits}, {}), 1);
}

TEST(Session, WhatWasAskedReachesTheAdvice) {
  Options options;
  EXPECT_FALSE(advise_options(options).gpu_layers_given);
  options.gpu_layers_given = options.format_given = options.no_gpu = true;
  options.plan.gpu_layers = 12;
  options.demands.min_decode_tokens_per_second = 8;
  const AdviseOptions asked = advise_options(options);
  EXPECT_TRUE(asked.gpu_layers_given);
  EXPECT_TRUE(asked.format_given);
  EXPECT_FALSE(asked.gpu);
  EXPECT_EQ(asked.plan.gpu_layers, 12);
  EXPECT_DOUBLE_EQ(asked.demands.min_decode_tokens_per_second, 8);
}

}  // namespace
}  // namespace weighin
