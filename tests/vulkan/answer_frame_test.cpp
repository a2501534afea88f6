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

TEST(AnswerFrame, TakesNoMoreDevicesThanTheLimit) {
  std::string bytes;
  for (std::size_t i = 0; i < kMostFrameDevices + 5; ++i) {
    bytes += write_frame(FrameKind::device, "{}");
  }
  EXPECT_EQ(read_transcript(bytes).devices.size(), kMostFrameDevices);
}

}  // namespace
}  // namespace weighin
