// Is the folder behind a URL what its user means, and are its files reached beside each other?
#include <gtest/gtest.h>

#include <cstdlib>

#include "remote/server.hpp"
#include "weighin/remote.hpp"

namespace weighin {
namespace {

using test::answer;
using test::Asked;
using test::ranged;
using test::Server;

TEST(RemoteFolder, UrlsAreKnownFromOtherWords) {
  for (const char* yes : {"https://x/y", "HTTP://x", "hf://a/b", "https://"})
    EXPECT_TRUE(is_url(yes)) << yes;
  for (const char* no : {"gemma-2b", "Qwen/Qwen3-0.6B", "https:/x", "file:///x", "./http://x", ""})
    EXPECT_FALSE(is_url(no)) << no;
}

TEST(RemoteFolder, SiblingsLieBesideTheFile) {
  const std::string model = test::numbered(1000);
  Server server([&](const Asked& asked) {
    if (asked.path == "/d/m%20x.gguf?key=SECRET") return ranged(asked, model);
    if (asked.path == "/d/config.json?key=SECRET") return ranged(asked, "{}");
    return answer("404 Not Found", "", "");
  });
  std::string url = server.url("/d/m%20x.gguf?key=SECRET#part");
  url.insert(7, "me:PASSWORD@");
  const Result<RemotePlace> place = remote_place(url, RemoteOptions{});
  ASSERT_TRUE(place.ok());
  EXPECT_EQ(server.asked().size(), 0u) << "nothing is asked before it is needed";
  EXPECT_EQ(place->name, "m x.gguf");
  EXPECT_EQ(place->folder->shown(), server.url("/d/"));
  const auto source = place->folder->open(place->name);
  ASSERT_TRUE(source.ok()) << source.error().what;
  EXPECT_EQ((*source)->size(), 1000);
  EXPECT_EQ((*source)->shown(), server.url("/d/m x.gguf"));
  EXPECT_TRUE(place->folder->has("config.json"));
  EXPECT_EQ(*read_all(**place->folder->open("config.json"), 100), "{}");
  EXPECT_FALSE(place->folder->has("none"));
  const auto none = place->folder->open("none");
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().kind, ErrorKind::no_input);
  for (const std::string& text : {none.error().what, none.error().hint, place->folder->shown()}) {
    EXPECT_EQ(text.find("SECRET"), std::string::npos) << text;
    EXPECT_EQ(text.find("PASSWORD"), std::string::npos) << text;
  }
  EXPECT_EQ(place->folder->traffic().requests, 3) << "nothing is asked twice";
  EXPECT_EQ(place->folder->traffic().bytes, 1002);
  EXPECT_EQ(place->folder->open("../x").error().kind, ErrorKind::data);
  EXPECT_EQ(place->folder->open("a/b").error().kind, ErrorKind::data);
  EXPECT_FALSE(place->folder->has(".."));
  EXPECT_FALSE(place->folder->names().ok());
}

TEST(RemoteFolder, TheHubIsListedAndRead) {
  Server hub([&](const Asked& asked) {
    if (asked.path == "/api/models/a/b")
      return answer("200 OK", "",
                    R"({"siblings":[{"rfilename":"m.gguf"},{"rfilename":"config.json"}]})");
    if (asked.path == "/a/b/resolve/main/m.gguf") return ranged(asked, "GGUF");
    return answer("404 Not Found", "", "");
  });
  RemoteOptions options;
  options.hub_endpoint = hub.url("");
  options.hub_token = "hf_x";
  const Result<RemotePlace> place = remote_place("hf://a/b", options);
  ASSERT_TRUE(place.ok());
  EXPECT_EQ(place->name, "");
  EXPECT_EQ(*place->folder->names(), (std::vector<std::string>{"config.json", "m.gguf"}));
  EXPECT_TRUE(place->folder->has("config.json"));
  EXPECT_FALSE(place->folder->has("tokenizer.json"));
  EXPECT_EQ(hub.asked().size(), 1u) << "the list answers";
  EXPECT_EQ(*read_all(**place->folder->open("m.gguf"), 100), "GGUF");
  for (const Asked& asked : hub.asked())
    EXPECT_EQ(asked.headers.at("authorization"), "Bearer hf_x");
  const Result<RemotePlace> page = remote_place(hub.url("/a/b/blob/main/m.gguf"), options);
  EXPECT_EQ(*read_all(**page->folder->open(page->name), 100), "GGUF");
  const Result<RemotePlace> none = remote_place("hf://a/none", options);
  EXPECT_NE(none->folder->names().error().what.find("(HTTP 404)"), std::string::npos);
  EXPECT_NE(none->folder->names().error().hint.find("HF_TOKEN"), std::string::npos);
}

TEST(RemoteFolder, OnlyAFolderOfOnnxHasOneAbove) {
  Server server([&](const Asked& asked) {
    if (asked.path == "/d/config.json" || asked.path == "/a/b/resolve/main/config.json")
      return ranged(asked, "{}");
    return answer("404 Not Found", "", "");
  });
  RemoteOptions options;
  for (const bool hub : {false, true}) {
    if (hub) options.hub_endpoint = server.url("");
    const auto place =
        remote_place(hub ? "hf://a/b/onnx/m.onnx" : server.url("/d/onnx/m.onnx"), options);
    ASSERT_TRUE(place.ok());
    const auto above = place->folder->above();
    ASSERT_NE(above, nullptr);
    EXPECT_TRUE(above->has("config.json"));
    EXPECT_EQ(above->above(), nullptr);
    EXPECT_EQ(place->folder->traffic().requests, 1) << "one connection for both";
    const auto plain = remote_place(hub ? "hf://a/b/x/m.onnx" : server.url("/d/m.onnx"), options);
    EXPECT_EQ(plain->folder->above(), nullptr);
  }
}

TEST(RemoteFolder, WrongWordsTouchNothing) {
  for (const char* wrong :
       {"hf://a", "https://", "ftp://x/y", "http://host/a%2F..%2Fb", "https://h/%00"}) {
    const Result<RemotePlace> place = remote_place(wrong, RemoteOptions{});
    ASSERT_FALSE(place.ok()) << wrong;
    EXPECT_EQ(place.error().kind, ErrorKind::usage) << wrong;
  }
  RemoteOptions options;
  options.hub_endpoint = "nonsense://x";
  EXPECT_FALSE(remote_place("hf://a/b", options).ok());
  EXPECT_TRUE(remote_place("https://host/x.gguf", options).ok());
}

TEST(RemoteFolder, TheEnvironmentNamesEndpointAndToken) {
  setenv("HF_ENDPOINT", "https://mirror.org/", 1);
  setenv("HF_TOKEN", "hf_abc\n", 1);
  EXPECT_EQ(remote_options_of_environment().hub_endpoint, "https://mirror.org/");
  EXPECT_EQ(remote_options_of_environment().hub_token, "hf_abc");
  setenv("HF_TOKEN", "hf_abc\r\nX-Evil: 1", 1);
  EXPECT_EQ(remote_options_of_environment().hub_token, "");
  unsetenv("HF_ENDPOINT");
  unsetenv("HF_TOKEN");
  EXPECT_EQ(remote_options_of_environment().hub_endpoint, "https://huggingface.co");
  EXPECT_EQ(remote_options_of_environment().hub_token, "");
}

}  // namespace
}  // namespace weighin
