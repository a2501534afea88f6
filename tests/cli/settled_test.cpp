// Does a subcommand's session speak on the terminal, and know the commands?
#include "cli/settled.hpp"

#include <gtest/gtest.h>

namespace weighin {
namespace {

TEST(Settled, TheSessionSpeaksOnStderr) {
  Options options;
  equip(options);
  testing::internal::CaptureStderr();
  tell(options, "warning", "the processor is busy");
  tell(options, "note", "fetched 12 bytes");
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "weighin: warning: the processor is busy\nweighin: fetched 12 bytes\n");
}

TEST(Settled, ACommandInTheWrongPlaceIsNamed) {
  Options options;
  equip(options);
  const Result<Catalogue> catalogue = load_catalogue(options, {WEIGHIN_PROGRAM});
  ASSERT_TRUE(catalogue.ok());
  options.models = {"probe"};
  const Result<std::vector<ModelSpec>> models = load_models(options, *catalogue);
  ASSERT_FALSE(models.ok());
  EXPECT_NE(models.error().hint.find("put it first"), std::string::npos);
}

TEST(Settled, WhatIsWrongWithTheOptionsEndsTheRun) {
  CLI::App app;
  auto options = std::make_shared<Options>();
  add_device_options(app, *options);
  options->no_gpu = true;
  options->gpus = {"0"};
  bool ran = false;
  testing::internal::CaptureStderr();
  EXPECT_EQ(with_options(app, options, [&](Options&) { return ran = true, 0; })(), 64);
  testing::internal::GetCapturedStderr();
  EXPECT_FALSE(ran);
}

}  // namespace
}  // namespace weighin
