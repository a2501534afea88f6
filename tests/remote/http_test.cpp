// Is a server believed only as far as its answer fits the question?
#include "remote/http.hpp"

#include <gtest/gtest.h>

#include "remote/server.hpp"

namespace weighin::remote {
namespace {

using test::answer;
using test::Answer;
using test::Asked;
using test::ranged;
using test::Server;

RemoteOptions quick() {
  RemoteOptions options;
  options.hub_endpoint = "https://hub.invalid";
  options.connect_seconds = 2;
  options.stall_seconds = 1;
  options.request_seconds = 20;
  return options;
}

Result<Piece> ask(const Server& server, const std::string& path = "/m.gguf",
                  RemoteOptions options = quick(), Bytes from = 0, Bytes count = 1000) {
  const Url url = *parse_url(server.url(path));
  Http http(options, url);
  return http.range(url, from, count, "SHOWN");
}

void expect_refused(const Result<Piece>& piece, const std::string& words) {
  ASSERT_FALSE(piece.ok()) << words;
  EXPECT_EQ(piece.error().kind, ErrorKind::no_input);
  EXPECT_NE(piece.error().what.find(words), std::string::npos) << piece.error().what;
  EXPECT_TRUE(piece.error().what.starts_with("SHOWN: ")) << piece.error().what;
  EXPECT_FALSE(piece.error().hint.empty());
}

TEST(ContentRange, IsReadStrictly) {
  EXPECT_EQ(parse_content_range("bytes 0-9/100")->to, 9);
  EXPECT_EQ(parse_content_range("bytes */100")->from, -1);
  EXPECT_EQ(parse_content_range("bytes */0")->total, 0);
  for (const char* wrong : {"", "bytes", "bytes 0-9", "bytes 0-9/*", "bytes 9-0/100",
                            "bytes 0-100/100", "bytes -1-9/10", "bytes 0-9/-5", "bytes 0-9/100 ",
                            "items 0-9/100", "bytes 0-9/99999999999999999999", "bytes 0x0-9/100",
                            "bytes +0-9/100", "bytes 0-/100", "bytes -/100", "bytes /100"})
    EXPECT_FALSE(parse_content_range(wrong).has_value()) << wrong;
}

TEST(Http, APieceComesWithSizeAndTag) {
  const std::string file = test::numbered(5000);
  Server server([&](const Asked& asked) { return ranged(asked, file); });
  const Result<Piece> piece = ask(server, "/m.gguf", quick(), 100, 1000);
  ASSERT_TRUE(piece.ok()) << piece.error().what;
  EXPECT_EQ(piece->bytes, file.substr(100, 1000));
  EXPECT_EQ(piece->total, 5000);
  EXPECT_EQ(piece->etag, "\"one\"");
  EXPECT_EQ(ask(server, "/m.gguf", quick(), 4900, 1000)->bytes, file.substr(4900));
  const Asked asked = server.asked().front();
  EXPECT_EQ(asked.headers.at("user-agent"), "weighin/" WEIGHIN_VERSION);
  EXPECT_EQ(asked.headers.at("range"), "bytes=100-1099");
  EXPECT_EQ(asked.headers.count("authorization"), 0u);
}

TEST(Http, AServerWithoutRangesSendsSmallFilesOnly) {
  std::string file = test::numbered(1000);
  Server server([&](const Asked&) { return answer("200 OK", "", file); });
  const Result<Piece> small = ask(server);
  ASSERT_TRUE(small.ok()) << small.error().what;
  EXPECT_EQ(small->bytes, file);
  EXPECT_EQ(small->total, 1000);
  expect_refused(ask(server, "/m", quick(), 10, 100), "takes no ranges");
  file += "x";
  expect_refused(ask(server), "takes no ranges");
}

TEST(Http, NothingIsDownloadedWhole) {
  const std::string block(1 << 16, 'x');
  Server server([&](const Asked&) {
    return Answer{{"HTTP/1.1 200 OK\r\nContent-Length: 50000000000\r\n\r\n", block}, 0, true, true};
  });
  const Url url = *parse_url(server.url("/m.gguf"));
  Http http(quick(), url);
  expect_refused(http.range(url, 0, 1000, "SHOWN"), "nothing is downloaded whole");
  EXPECT_EQ(http.traffic().bytes, 0);
}

TEST(Http, AnEndlessBodyIsCutOff) {
  const std::string block(1 << 16, 'x');
  Server server([&](const Asked& asked) {
    if (asked.path == "/chunked")  // no length at all
      return Answer{{"HTTP/1.1 200 OK\r\n\r\n", block}, 0, true, true};
    return Answer{
        {"HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-999/5000\r\n\r\n", block},
        0,
        true,
        true};
  });
  expect_refused(ask(server), "more than the 1000 bytes");
  expect_refused(ask(server, "/chunked"), "takes no ranges");
}

TEST(Http, LiesAboutLengthsAreSeen) {
  const std::string body(1000, 'x');
  std::string headers;
  Server server([&](const Asked&) { return answer("206 Partial Content", headers, body); });
  expect_refused(ask(server), "does not say which bytes");
  headers = "Content-Range: bytes 0-999/*\r\n";
  expect_refused(ask(server), "does not say which bytes");
  headers = "Content-Range: bytes 5-999/5000\r\n";
  expect_refused(ask(server), "sends bytes 5 to 999");
  headers = "Content-Range: bytes 0-1999/5000\r\n";
  expect_refused(ask(server), "sends bytes 0 to 1999");
  headers = "Content-Range: bytes 0-499/5000\r\n";
  expect_refused(ask(server), "says 500 bytes and sends 1000");
  headers = "Content-Range: bytes 0-999/5000\r\nContent-Range: bytes 0-999/6000\r\n";
  expect_refused(ask(server), "does not say which bytes");
  headers = "Content-Range: bytes 0-999/99999999999999999999\r\n";
  expect_refused(ask(server), "does not say which bytes");
  headers = "Content-Range: bytes 0-999/5000\r\nContent-Encoding: gzip\r\n";
  expect_refused(ask(server), "compressed");
  headers = "Content-Range: bytes 0-999/5000\r\n";
  EXPECT_TRUE(ask(server).ok());
}

TEST(Http, ACutConnectionIsAnError) {
  Server server([&](const Asked&) {
    return Answer{{"HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-999/5000\r\n"
                   "Content-Length: 1000\r\n\r\nonly this"},
                  0,
                  true};
  });
  expect_refused(ask(server), "connection broke");
  Server silent([](const Asked&) { return Answer{{}, 0, true}; });
  expect_refused(ask(silent), "connection broke");
  Server short_one([](const Asked&) {  // no length, and closed too early
    return Answer{
        {"HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-999/5000\r\n\r\nonly this"},
        0,
        true};
  });
  expect_refused(ask(short_one), "sent 9 of 1000 bytes");
}

TEST(Http, ASlowServerIsLeft) {
  Server server([&](const Asked&) {
    return Answer{{"HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-999/5000\r\n"
                   "Content-Length: 1000\r\n\r\n",
                   "x"},
                  200,
                  false,
                  true};
  });
  expect_refused(ask(server), "too slow");
}

TEST(Http, HugeHeadersAreRefused) {
  const std::string line = "X-Noise: " + std::string(2000, 'n') + "\r\n";
  Server server([&](const Asked&) {
    return Answer{{"HTTP/1.1 206 Partial Content\r\n", line}, 0, true, true};
  });
  expect_refused(ask(server), "headers are longer");
}

TEST(Http, RubbishIsNoAnswer) {
  Server server([&](const Asked&) {
    return Answer{{"\x16\x03\x01 no HTTP at all\r\n\r\n"}, 0, true};
  });
  EXPECT_FALSE(ask(server).ok());
}

TEST(Http, StatusesBecomeErrors) {
  std::string status = "401 Unauthorized";
  Server server([&](const Asked&) { return answer(status, "Retry-After: 30\r\n", "some page"); });
  for (const char* each :
       {"401 Unauthorized", "403 Forbidden", "404 Not Found", "410 Gone", "429 Too Many Requests",
        "500 Oops", "503 Busy", "204 No Content", "304 Not Modified", "300 Choices"}) {
    status = each;
    expect_refused(ask(server), fmt::format("(HTTP {})", status.substr(0, 3)));
  }
}

TEST(Http, ALongErrorPageIsNotRead) {
  const std::string block(1 << 16, 'x');
  Server server([&](const Asked&) {
    return Answer{{"HTTP/1.1 404 Not Found\r\n\r\n", block}, 0, true, true};
  });
  expect_refused(ask(server), "(HTTP 404)");
}

TEST(Http, AnEmptyFileIsEmpty) {
  Server server([&](const Asked& asked) { return ranged(asked, ""); });
  const Result<Piece> piece = ask(server);
  ASSERT_TRUE(piece.ok()) << piece.error().what;
  EXPECT_EQ(piece->total, 0);
  EXPECT_EQ(piece->bytes, "");
}

TEST(Http, RedirectsAreFollowedWithinLimits) {
  const std::string file = test::numbered(5000);
  std::string location;
  Server server([&](const Asked& asked) {
    if (asked.path == "/m.gguf") return ranged(asked, file);
    if (asked.path == "/loop") return answer("302 Found", "Location: /loop\r\n", "moved");
    return answer("302 Found", "Location: " + location + "\r\n", "moved");
  });
  location = "/m.gguf";
  const Result<Piece> piece = ask(server, "/start");
  ASSERT_TRUE(piece.ok()) << piece.error().what;
  EXPECT_EQ(piece->bytes, file.substr(0, 1000));
  EXPECT_EQ(piece->url.path, "/m.gguf");
  location = fmt::format("http://localhost:{}/m.gguf", server.port());
  EXPECT_TRUE(ask(server, "/start").ok());
  expect_refused(ask(server, "/loop"), "more than 5 redirects");
  location = "file:///etc/passwd";
  expect_refused(ask(server, "/start"), "leads nowhere");
  location = "ftp://127.0.0.1/x";
  expect_refused(ask(server, "/start"), "leads nowhere");
}

TEST(Http, TheTokenGoesToTheHubAlone) {
  const std::string file = test::numbered(5000);
  Server other([&](const Asked& asked) { return ranged(asked, file); });
  Server hub([&](const Asked& asked) {
    if (asked.path == "/here") return ranged(asked, file);
    // By another name this is another host, too.
    const std::string target = asked.path == "/port"
                                   ? other.url("/m")
                                   : fmt::format("http://localhost:{}/m", other.port());
    return answer("302 Found", "Location: " + target + "\r\n", "");
  });
  RemoteOptions options = quick();
  options.hub_endpoint = hub.url("");
  options.hub_token = "hf_secret";
  EXPECT_TRUE(ask(hub, "/here", options).ok());
  EXPECT_TRUE(ask(hub, "/port", options).ok());
  EXPECT_TRUE(ask(hub, "/name", options).ok());
  EXPECT_TRUE(ask(other, "/m", options).ok());
  for (const Asked& asked : hub.asked())
    EXPECT_EQ(asked.headers.at("authorization"), "Bearer hf_secret");
  EXPECT_EQ(other.asked().size(), 3u);
  for (const Asked& asked : other.asked()) EXPECT_EQ(asked.headers.count("authorization"), 0u);
}

TEST(Http, APasswordGoesToItsOwnServerAlone) {
  const std::string file = test::numbered(5000);
  Server other([&](const Asked& asked) { return ranged(asked, file); });
  Server own([&](const Asked&) {
    return answer("302 Found", "Location: " + other.url("/m") + "\r\n", "");
  });
  std::string text = own.url("/m");
  text.insert(7, "me:secret@");
  const Url url = *parse_url(text);
  Http http(quick(), url);
  ASSERT_TRUE(http.range(url, 0, 100, "SHOWN").ok());
  EXPECT_EQ(own.asked().front().headers.at("authorization"), "Basic bWU6c2VjcmV0");
  EXPECT_EQ(other.asked().front().headers.count("authorization"), 0u);
}

TEST(Http, AllLimitsNameThemselves) {
  const std::string file = test::numbered(5000);
  Server server([&](const Asked& asked) { return ranged(asked, file); });
  const Url url = *parse_url(server.url("/m"));
  RemoteOptions options = quick();
  options.most_bytes = 1500;
  Http few_bytes(options, url);
  ASSERT_TRUE(few_bytes.range(url, 0, 1000, "SHOWN").ok());
  const Result<Piece> more = few_bytes.range(url, 1000, 1000, "SHOWN");
  ASSERT_FALSE(more.ok());
  EXPECT_EQ(more.error().kind, ErrorKind::data);
  EXPECT_NE(more.error().what.find("more than 1.5 KiB"), std::string::npos) << more.error().what;
  EXPECT_EQ(few_bytes.traffic().bytes, 1000);
  options = quick();
  options.most_requests = 1;
  Http few_requests(options, url);
  ASSERT_TRUE(few_requests.range(url, 0, 10, "SHOWN").ok());
  EXPECT_NE(few_requests.range(url, 10, 10, "SHOWN").error().what.find("1 requests"),
            std::string::npos);
  EXPECT_NE(few_requests.whole(url, 10, "SHOWN").error().what.find("1 requests"),
            std::string::npos);
}

TEST(Http, ADocumentIsReadWholeUpToItsLimit) {
  Server server([&](const Asked& asked) {
    if (asked.path == "/endless")
      return Answer{{"HTTP/1.1 200 OK\r\n\r\n", "xxxxxxxx"}, 0, true, true};
    return answer("200 OK", "", "{\"siblings\": []}");
  });
  const Url url = *parse_url(server.url("/list"));
  Http http(quick(), url);
  EXPECT_EQ(http.whole(url, 1000, "SHOWN")->bytes, "{\"siblings\": []}");
  expect_refused(http.whole(url, 10, "SHOWN"), "more than the 10");
  expect_refused(http.whole(*parse_url(server.url("/endless")), 1000, "SHOWN"),
                 "more than the 1000");
}

TEST(Http, NobodyThereIsAnError) {
  int port = 0;
  {
    Server gone([](const Asked&) { return Answer{}; });
    port = gone.port();
  }
  const Url url = *parse_url(fmt::format("http://127.0.0.1:{}/m", port));
  Http http(quick(), url);
  EXPECT_FALSE(http.range(url, 0, 10, "SHOWN").ok());
  const Url nowhere = *parse_url("http://no-such-host.invalid/m");
  Http lost(quick(), nowhere);
  EXPECT_FALSE(lost.range(nowhere, 0, 10, "SHOWN").ok());
}

}  // namespace
}  // namespace weighin::remote
