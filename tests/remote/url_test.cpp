// Are URLs taken apart, led on and shown without their secrets?
#include "remote/url.hpp"

#include <gtest/gtest.h>

namespace weighin::remote {
namespace {

TEST(Url, PartsAreThoseThatAreAskedFor) {
  const Result<Url> url =
      parse_url("HTTPS://Me:se%20cret@Example.COM/a/../b/m%20x.gguf?download=true#top");
  ASSERT_TRUE(url.ok());
  EXPECT_EQ(url->origin(), "https://example.com:443");
  EXPECT_EQ(url->path, "/b/m%20x.gguf");
  EXPECT_EQ(url->text(), "https://example.com/b/m%20x.gguf?download=true");
  EXPECT_EQ(url->user, "Me");
  EXPECT_EQ(url->password, "se cret");
  EXPECT_EQ(url->shown(), "https://example.com/b/m%20x.gguf");
}

TEST(Url, OnlyHttpIsRead) {
  for (const char* wrong : {"file:///etc/passwd", "ftp://host/x", "https://", "gopher://x/", "",
                            "x", "http://host:99999/", "https://a b/x", "http://[::1/x"}) {
    const Result<Url> url = parse_url(wrong);
    ASSERT_FALSE(url.ok()) << wrong;
    EXPECT_EQ(url.error().kind, ErrorKind::usage) << wrong;
    EXPECT_FALSE(url.error().hint.empty());
  }
  EXPECT_FALSE(parse_url("https://host/" + std::string(9000, 'a')).ok());
  EXPECT_FALSE(parse_url(std::string_view("https://host/a\0b", 16)).ok());
  EXPECT_FALSE(parse_url("https://host/a\r\nX: y").ok());
}

TEST(Url, LoopbackIsKnown) {
  for (const char* near :
       {"http://127.0.0.1/", "http://localhost:80/", "http://[::1]/", "http://127.9.9.9/"})
    EXPECT_TRUE(parse_url(near)->is_loopback()) << near;
  for (const char* far : {"http://127.evil.org/", "http://example.com/", "http://10.0.0.1/"})
    EXPECT_FALSE(parse_url(far)->is_loopback()) << far;
}

TEST(Url, RedirectsLeadFromWhereTheyStand) {
  const Url base = *parse_url("https://host/a/b?q=1");
  EXPECT_EQ(follow(base, "c")->text(), "https://host/a/c");
  EXPECT_EQ(follow(base, "/c?x")->text(), "https://host/c?x");
  EXPECT_EQ(follow(base, "//other/c")->text(), "https://other/c");
  EXPECT_EQ(follow(base, "http://other/c")->scheme, "http");
  EXPECT_FALSE(follow(base, "file:///etc/passwd").ok());
  EXPECT_FALSE(follow(base, "").ok());
  EXPECT_FALSE(follow(base, std::string(9000, 'a')).ok());
}

TEST(Url, NoRedirectLeadsFromHttpsToHttp) {
  const Url safe = *parse_url("https://host/a"), plain = *parse_url("http://host/a");
  EXPECT_TRUE(may_follow(safe, safe));
  EXPECT_TRUE(may_follow(plain, plain));
  EXPECT_TRUE(may_follow(plain, safe));
  EXPECT_FALSE(may_follow(safe, plain));
}

TEST(Url, SegmentsAreCodedThereAndBack) {
  std::string all;
  for (int c = 1; c < 256; ++c) all += static_cast<char>(c);
  EXPECT_EQ(decode_segment(encode_segment(all)), all);
  EXPECT_EQ(encode_segment("a b/c"), "a%20b%2Fc");
  EXPECT_EQ(decode_segment("%4"), "%4");
  EXPECT_EQ(decode_segment("%zz%41"), "%zzA");
  EXPECT_EQ(segments("//a/b//c/"), (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_TRUE(segments("").empty());
}

TEST(Url, ForeignTextIsMadeFitForAMessage) {
  EXPECT_EQ(clean("a\x1b[31m\n"), "a?[31m?");
  EXPECT_LT(clean(std::string(1000, 'x')).size(), 210u);
}

}  // namespace
}  // namespace weighin::remote
