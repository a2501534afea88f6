// Is a whole answer read, and half an answer never taken for one?
#include "vulkan/answer_frame.hpp"

#include <gtest/gtest.h>

namespace weighin {
namespace {

TEST(AnswerFrame, ReadsWhatItWrote) {
  const std::string bytes =
      write_frame(FrameKind::stage, "listing") + write_frame(FrameKind::device, "{\"a\":1}") +
      write_frame(FrameKind::stage, "describing device 1") +
      write_frame(FrameKind::device, std::string(70000, 'x')) + write_frame(FrameKind::end, "");
  const Transcript all = read_transcript(bytes);
  EXPECT_TRUE(all.complete);
  EXPECT_FALSE(all.damaged);
  EXPECT_EQ(all.stage, "describing device 1");
  ASSERT_EQ(all.devices.size(), 2u);
  EXPECT_EQ(all.devices[0], "{\"a\":1}");
  EXPECT_EQ(all.devices[1].size(), 70000u);
  EXPECT_FALSE(all.failure);
}

TEST(AnswerFrame, EveryCutIsIncompleteAndNotDamaged) {
  const std::string bytes = write_frame(FrameKind::stage, "creating an instance") +
                            write_frame(FrameKind::device, "{}") + write_frame(FrameKind::end, "");
  for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
    const Transcript part = read_transcript(bytes.substr(0, cut));
    EXPECT_FALSE(part.complete) << cut;
    EXPECT_FALSE(part.damaged) << cut;
  }
  EXPECT_TRUE(read_transcript(bytes).complete);
}

TEST(AnswerFrame, KeepsWhatCameBeforeRubbish) {
  const std::string good = write_frame(FrameKind::stage, "loading the driver");
  Transcript read = read_transcript(good + "Segmentation fault");
  EXPECT_TRUE(read.damaged);
  EXPECT_EQ(read.stage, "loading the driver");
  std::string unknown = write_frame(FrameKind::end, "");
  unknown[4] = 'Z';
  EXPECT_TRUE(read_transcript(unknown).damaged);
  std::string marker = write_frame(FrameKind::end, "");
  marker.back() = '!';
  EXPECT_TRUE(read_transcript(marker).damaged);
  // A length beyond all bytes waits for what never comes.
  std::string longer = write_frame(FrameKind::device, "{}");
  longer[5] = longer[6] = longer[7] = longer[8] = '\xFF';
  read = read_transcript(longer);
  EXPECT_FALSE(read.complete);
  EXPECT_TRUE(read.devices.empty());
}

TEST(AnswerFrame, CountsOnlyWithItsToken) {
  const std::string token = new_frame_token();
  EXPECT_EQ(token.size(), 16u);
  EXPECT_NE(token, new_frame_token());
  const std::string good =
      write_frame(FrameKind::device, "{}", token) + write_frame(FrameKind::end, "", token);
  EXPECT_TRUE(read_transcript(good, token).complete);
  EXPECT_EQ(read_transcript(good, token).devices.size(), 1u);
  // One of another run, one without any, one that only begins as it does.
  for (const std::string& other : {new_frame_token(), std::string(), token.substr(0, 15) + "x"}) {
    const std::string forged =
        write_frame(FrameKind::device, "{}", other) + write_frame(FrameKind::end, "", other);
    const Transcript read =
        read_transcript(write_frame(FrameKind::stage, "x", token) + forged, token);
    EXPECT_TRUE(read.damaged);
    EXPECT_FALSE(read.complete);
    EXPECT_TRUE(read.devices.empty());
    EXPECT_EQ(read.stage, "x");
  }
  for (std::size_t cut = 0; cut < good.size(); ++cut) {
    EXPECT_FALSE(read_transcript(good.substr(0, cut), token).complete);
    EXPECT_FALSE(read_transcript(good.substr(0, cut), token).damaged);
  }
}

TEST(AnswerFrame, NothingCountsAfterTheEnd) {
  const Transcript read = read_transcript(write_frame(FrameKind::failure, "no loader") +
                                          write_frame(FrameKind::device, "{}"));
  EXPECT_EQ(read.failure, "no loader");
  EXPECT_TRUE(read.devices.empty());
  EXPECT_FALSE(read.complete);
}

TEST(AnswerFrame, InPiecesItIsTheSame) {
  const std::string token = new_frame_token();
  const std::string bytes = write_frame(FrameKind::stage, "measuring decode f16", token) +
                            write_frame(FrameKind::measurement, "{\"name\":\"x\"}", token) +
                            write_frame(FrameKind::beat, "", token) +
                            write_frame(FrameKind::failure, "lost", token) + "more";
  for (const std::size_t step : {std::size_t{1}, std::size_t{7}, bytes.size()}) {
    std::string heard;
    std::size_t whole = 0;
    FrameReader reader(token, [&](FrameKind kind, std::string_view payload) {
      heard += static_cast<char>(kind);
      heard += payload;
    });
    for (std::size_t at = 0; at < bytes.size(); at += step)
      whole += reader.feed(std::string_view(bytes).substr(at, step));
    EXPECT_EQ(whole, 4u);
    EXPECT_EQ(heard, "Smeasuring decode f16M{\"name\":\"x\"}BFlost");
    EXPECT_EQ(reader.transcript().failure, "lost");
    EXPECT_EQ(reader.transcript().measurements.size(), 1u);
    EXPECT_FALSE(reader.transcript().damaged);
  }
}

TEST(AnswerFrame, WhatIsNoFrameOrTooManyIsNotHeard) {
  const std::string token = new_frame_token();
  int heard = 0;
  const auto count = [&](FrameKind, std::string_view) { ++heard; };
  FrameReader forged(token, count);
  EXPECT_EQ(forged.feed(write_frame(FrameKind::beat, "")), 0u);
  EXPECT_EQ(forged.feed(write_frame(FrameKind::beat, "", token)), 0u) << "it is damaged already";
  EXPECT_TRUE(forged.transcript().damaged);
  EXPECT_EQ(heard, 0);
  FrameReader many(token, count);
  for (std::size_t i = 0; i < kMostFrameMeasurements + 9; ++i)
    many.feed(write_frame(FrameKind::measurement, "{}", token));
  EXPECT_EQ(heard, static_cast<int>(kMostFrameMeasurements));
  EXPECT_EQ(many.transcript().measurements.size(), kMostFrameMeasurements);
}

TEST(AnswerFrame, TakesNoMoreDevicesThanTheLimit) {
  std::string bytes;
  for (std::size_t i = 0; i < kMostFrameDevices + 5; ++i) {
    bytes += write_frame(FrameKind::device, "{}");
  }
  EXPECT_EQ(read_transcript(bytes).devices.size(), kMostFrameDevices);
}

}  // namespace
}  // namespace weighin
