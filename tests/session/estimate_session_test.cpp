// Are questions about what a model takes answered by the model, the plan and the memory asked for?
#include "session/estimate_session.hpp"

#include <gtest/gtest.h>

#include "support/support.hpp"

namespace weighin {
namespace {

class EstimateSession : public testing::Test {
 protected:
  const Catalogue catalogue =
      *read_catalogue(test::slurp(test::source_folder() / "models.json"), "models.json");
  EstimateOptions options;
};

TEST_F(EstimateSession, AModelIsEstimatedAndItsDraftBeside) {
  options.models = {"llama-3.1-8b"};
  const Result<EstimateOutcome> alone = run_estimate(options, catalogue);
  ASSERT_TRUE(alone.ok()) << to_text(alone.error());
  EXPECT_EQ(alone->exit_code, 0);
  EXPECT_EQ(alone->estimate.model.id, "llama-3.1-8b");
  options.draft = "llama-3.2-1b";
  const Result<EstimateOutcome> both = run_estimate(options, catalogue);
  ASSERT_TRUE(both.ok()) << to_text(both.error());
  EXPECT_GT(both->estimate.memory.total_bytes, alone->estimate.memory.total_bytes);
  EXPECT_NE(estimate_outcome_json(*both, options.plan).find("weighin/estimate/1"),
            std::string::npos);
}

TEST_F(EstimateSession, AHostedModelIsANoAndNotAnError) {
  options.models = {"gpt-4"};
  const Result<EstimateOutcome> outcome = run_estimate(options, catalogue);
  ASSERT_TRUE(outcome.ok());
  EXPECT_TRUE(outcome->hosted_only);
  EXPECT_EQ(outcome->exit_code, 1);
  EXPECT_NE(estimate_outcome_json(*outcome, options.plan).find("not-downloadable"),
            std::string::npos);
}

TEST_F(EstimateSession, ThePointersAreIntoTheOutcome) {
  options.models = {"llama-3.2-1b"};
  options.max_context = "16GiB";
  options.explain = true;
  const Result<EstimateOutcome> outcome = run_estimate(options, catalogue);
  ASSERT_TRUE(outcome.ok()) << to_text(outcome.error());
  const EstimateAsked asked = outcome->asked();
  EXPECT_EQ(asked.longest_context, &*outcome->longest);
  EXPECT_EQ(asked.explanation, &*outcome->explanation);
  EXPECT_EQ(asked.best_fit, nullptr);
  EXPECT_EQ(asked.memory_bytes, 16 * kGiB);
  options.max_context = "much";
  EXPECT_EQ(run_estimate(options, catalogue).error().where, "--max-context");
}

TEST_F(EstimateSession, WithoutANetworkAUrlIsRefused) {
  options.models = {"https://example.org/model.gguf"};
  options.network = false;
  const Result<EstimateOutcome> outcome = run_estimate(options, catalogue);
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().kind, ErrorKind::usage);
  EXPECT_NE(outcome.error().what.find("no network"), std::string::npos);
}

}  // namespace
}  // namespace weighin
