// Do many small reads become few requests, and is a changed file told?
#include "remote/remote_file.hpp"

#include <gtest/gtest.h>

#include <random>

#include "remote/server.hpp"

namespace weighin::remote {
namespace {

using test::Answer;
using test::Asked;
using test::ranged;
using test::Server;

Result<std::shared_ptr<RemoteFile>> open(const Server& server, RemoteOptions options = {}) {
  const Url url = *parse_url(server.url("/m.gguf"));
  return RemoteFile::open(std::make_shared<Http>(options, url), url, "SHOWN");
}

std::string read(RemoteFile& file, Bytes offset, std::size_t count) {
  std::string text(count, '\0');
  const Result<std::size_t> got = file.read(offset, text);
  if (!got) return "ERROR " + got.error().what;
  text.resize(*got);
  return text;
}

TEST(RemoteFile, ReadsStraightOnInFewRequests) {
  const std::string whole = test::numbered(6'000'000);
  Server server([&](const Asked& asked) { return ranged(asked, whole); });
  const auto file = open(server);
  ASSERT_TRUE(file.ok()) << file.error().what;
  EXPECT_EQ((*file)->size(), 6'000'000);
  // A header of three megabytes, by reads of a hundred bytes.
  for (Bytes at = 0; at < 3'000'000; at += 100)
    ASSERT_EQ(read(**file, at, 100), whole.substr(static_cast<std::size_t>(at), 100)) << at;
  EXPECT_LE(server.asked().size(), 6u);
  EXPECT_LE((*file)->fetched(), 3'000'000 + (1 << 20));
}

TEST(RemoteFile, AnyReadGivesTheRightBytes) {
  const std::string whole = test::numbered(3'000'001);
  Server server([&](const Asked& asked) { return ranged(asked, whole); });
  const auto file = open(server);
  ASSERT_TRUE(file.ok());
  std::mt19937 random(7);
  for (int i = 0; i < 300; ++i) {
    const std::size_t at = random() % 3'100'000;
    const std::size_t count = random() % (i % 3 == 0 ? 200'000 : 50);
    const std::string expected = at < whole.size() ? whole.substr(at, count) : "";
    ASSERT_EQ(read(**file, static_cast<Bytes>(at), count), expected) << at << " " << count;
  }
  EXPECT_LE((*file)->fetched(), 3'000'001) << "no byte is fetched twice";
  EXPECT_EQ(read(**file, -1, 5), "");
  EXPECT_EQ(read(**file, 3'000'000, 5).size(), 1u);
}

TEST(RemoteFile, ABlockNeverRunsBeyondTheEnd) {
  const std::string whole = test::numbered(100'000);
  Server server([&](const Asked& asked) { return ranged(asked, whole); });
  const auto file = open(server);
  ASSERT_TRUE(file.ok());
  EXPECT_EQ(read(**file, 99'990, 100), whole.substr(99'990));
  EXPECT_EQ(read(**file, 0, 200'000), whole);
  EXPECT_EQ((*file)->fetched(), 100'000);
}

TEST(RemoteFile, AServerThatGivesLessAtOnceIsReadOn) {
  const std::string whole = test::numbered(200'000);
  Server server([&](const Asked& asked) {
    Asked less = asked;
    less.to = std::min(asked.to, asked.from + 9'999);
    return ranged(less, whole);
  });
  const auto file = open(server);
  ASSERT_TRUE(file.ok());
  EXPECT_EQ(read(**file, 0, 200'000), whole);
}

TEST(RemoteFile, AChangedFileIsTold) {
  std::string whole = test::numbered(500'000);
  std::string tag = "ETag: \"one\"\r\n";
  Server server([&](const Asked& asked) { return ranged(asked, whole, tag); });
  const auto resized = open(server);
  ASSERT_TRUE(resized.ok());
  whole += "x";
  EXPECT_NE(read(**resized, 100'000, 10).find("SHOWN changed while it was read"),
            std::string::npos);
  const auto retagged = open(server);
  ASSERT_TRUE(retagged.ok());
  tag = "ETag: \"two\"\r\n";
  EXPECT_NE(read(**retagged, 100'000, 10).find("changed"), std::string::npos);
}

TEST(RemoteFile, TheLimitHoldsForAllFilesTogether) {
  const std::string whole = test::numbered(2'000'000);
  Server server([&](const Asked& asked) { return ranged(asked, whole); });
  RemoteOptions options;
  options.most_bytes = 1 << 20;
  const auto file = open(server, options);
  ASSERT_TRUE(file.ok());
  EXPECT_NE(read(**file, 0, 2'000'000).find("1.0 MiB"), std::string::npos);
}

TEST(RemoteFile, ASignedAddressIsUsedAgainAndRenewed) {
  const std::string whole = test::numbered(500'000);
  int signature = 0;
  int uses = 0;
  Server server([&](const Asked& asked) {
    if (asked.path == "/m.gguf")
      return test::answer("302 Found", fmt::format("Location: /signed?{}\r\n", ++signature), "");
    // Each signature is good for two uses.
    if (asked.path != fmt::format("/signed?{}", signature) || ++uses % 3 == 0)
      return test::answer("403 Forbidden", "", "");
    return ranged(asked, whole);
  });
  const auto file = open(server);
  ASSERT_TRUE(file.ok()) << file.error().what;
  EXPECT_EQ(read(**file, 70'000, 10), whole.substr(70'000, 10));
  EXPECT_EQ(signature, 1);
  EXPECT_EQ(read(**file, 450'000, 10), whole.substr(450'000, 10));
  EXPECT_EQ(signature, 2);
}

TEST(RemoteFile, SourcesShareWhatWasFetched) {
  const std::string whole = test::numbered(50'000);
  Server server([&](const Asked& asked) { return ranged(asked, whole); });
  const auto file = open(server);
  ASSERT_TRUE(file.ok());
  const auto first = source_of(*file), second = source_of(*file);
  std::string text(50'000, '\0');
  EXPECT_EQ(*first->read(0, text), 50'000u);
  EXPECT_EQ(*second->read(0, text), 50'000u);
  EXPECT_EQ(text, whole);
  EXPECT_EQ(second->bytes_read(), 50'000);
  EXPECT_EQ(first->shown(), "SHOWN");
  EXPECT_EQ(first->size(), 50'000);
  EXPECT_EQ(server.asked().size(), 1u);
}

}  // namespace
}  // namespace weighin::remote
