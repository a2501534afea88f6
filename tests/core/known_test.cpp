// Does a fact keep its source, and an unknown one its reason?
#include "weighin/known.hpp"

#include <gtest/gtest.h>

namespace weighin {
namespace {

TEST(Known, NothingIsKnownAtFirst) {
  const Known<int> fact;
  EXPECT_FALSE(fact);
  EXPECT_NE(fact.status, Status::ok);
  EXPECT_FALSE(fact.why.empty()) << "an unknown fact always says why";
}

TEST(Known, AFactHasItsSource) {
  const auto fact = Known<int>::of(7, "/proc/x", KnownBy::computed, Confidence::medium);
  EXPECT_TRUE(fact);
  EXPECT_EQ(*fact, 7);
  EXPECT_EQ(fact.status, Status::ok);
  EXPECT_EQ(fact.source, "/proc/x");
  EXPECT_EQ(fact.known_by, KnownBy::computed);
  EXPECT_EQ(fact.confidence, Confidence::medium);
  EXPECT_EQ(fact.why, "");
}

TEST(Known, ZeroIsAFactAndUnknownIsNotZero) {
  EXPECT_TRUE(Known<int>::of(0, "x"));
  EXPECT_FALSE(Known<int>::unknown(Status::error, "y"));
  EXPECT_NE(Known<int>::of(0, "x"), Known<int>::unknown(Status::error, "y"));
}

TEST(Known, UnknownIsNeverOk) {
  EXPECT_EQ(Known<int>::unknown(Status::ok, "broken").status, Status::error);
  EXPECT_EQ(Known<int>::unknown(Status::skipped, "no").status, Status::skipped);
  EXPECT_EQ(Known<int>::unknown(Status::skipped, "no").value_or(5), 5);
}

TEST(Known, EveryWordIsReadBack) {
  for (const Status value : {Status::ok, Status::unsupported, Status::skipped, Status::error}) {
    EXPECT_EQ(status_from_text(to_text(value)), value);
  }
  for (const KnownBy value : {KnownBy::measured, KnownBy::reported, KnownBy::published,
                              KnownBy::computed, KnownBy::assumed}) {
    EXPECT_EQ(known_by_from_text(to_text(value)), value);
  }
  for (const Confidence value : {Confidence::high, Confidence::medium, Confidence::low}) {
    EXPECT_EQ(confidence_from_text(to_text(value)), value);
  }
  EXPECT_EQ(status_from_text("OK"), std::nullopt);
  EXPECT_EQ(known_by_from_text(""), std::nullopt);
  EXPECT_EQ(confidence_from_text("highest"), std::nullopt);
}

}  // namespace
}  // namespace weighin
