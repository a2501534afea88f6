// Do hf:// words, the hub's addresses and its lists mean what the hub means?
#include "remote/hub.hpp"

#include <gtest/gtest.h>

namespace weighin::remote {
namespace {

const Url kHub = *parse_url("https://huggingface.co");

TEST(Hub, WordsAreTakenApart) {
  const Result<HubPlace> place =
      parse_hub("hf://Qwen/Qwen3-0.6B-GGUF@v1.0/sub/a%20b.gguf?download=true#x");
  ASSERT_TRUE(place.ok());
  EXPECT_EQ(place->owner, "Qwen");
  EXPECT_EQ(place->repository, "Qwen3-0.6B-GGUF");
  EXPECT_EQ(place->revision, "v1.0");
  EXPECT_EQ(place->folder, "sub");
  EXPECT_EQ(place->file, "a b.gguf");
  EXPECT_EQ(place->shown(), "hf://Qwen/Qwen3-0.6B-GGUF@v1.0/sub");
  const HubPlace bare = *parse_hub("hf://a/b");
  EXPECT_EQ(bare.revision, "main");
  EXPECT_EQ(bare.file + bare.folder, "");
  EXPECT_EQ(parse_hub("hf://a/b/Q4_K_M")->folder, "Q4_K_M");
  EXPECT_EQ(parse_hub("hf://a/b/v1.0/")->folder, "v1.0");
  EXPECT_EQ(parse_hub("hf://a/b@refs%2Fpr%2F1/x.gguf")->revision, "refs/pr/1");
}

TEST(Hub, WrongWordsAreRefused) {
  for (const char* wrong : {"hf://", "hf://gpt2", "hf://a", "hf://a/b/../c.gguf",
                            "hf://a/%2e%2e/x.gguf", "hf://a b/c", "hf://a/b@", "hf://a/b@..",
                            "hf://a/b/x%2Fy.gguf", "hf://../..", "hf://a/b/x%00y.gguf", "hf"}) {
    const Result<HubPlace> place = parse_hub(wrong);
    ASSERT_FALSE(place.ok()) << wrong;
    EXPECT_EQ(place.error().kind, ErrorKind::usage);
    EXPECT_FALSE(place.error().hint.empty());
  }
}

TEST(Hub, PagesAndFilesOfTheHubAreKnown) {
  const auto place = [](const char* text) { return hub_place_of(*parse_url(text), kHub); };
  EXPECT_EQ(place("https://huggingface.co/a/b")->repository, "b");
  EXPECT_EQ(place("https://huggingface.co/a/b/blob/main/x.gguf?download=true")->file, "x.gguf");
  EXPECT_EQ(place("https://huggingface.co/a/b/resolve/refs%2Fpr%2F1/s/LICENSE")->file, "LICENSE");
  EXPECT_EQ(place("https://huggingface.co/a/b/tree/main/v1.0")->folder, "v1.0");
  EXPECT_EQ(place("https://huggingface.co/a/b/tree/main")->file, "");
  for (const char* none :
       {"https://other.org/a/b", "http://huggingface.co/a/b", "https://huggingface.co/a",
        "https://huggingface.co/datasets/a", "https://huggingface.co/a/b/issues/3",
        "https://huggingface.co/api/models/a/b", "https://huggingface.co/a/b.gguf",
        "https://huggingface.co:444/a/b", "https://huggingface.co/a/b/c"})
    EXPECT_FALSE(place(none).has_value()) << none;
  const Url mirror = *parse_url("https://mirror.org/hf/");
  EXPECT_EQ(hub_place_of(*parse_url("https://mirror.org/hf/a/b"), mirror)->owner, "a");
  EXPECT_FALSE(hub_place_of(*parse_url("https://mirror.org/a/b"), mirror).has_value());
}

TEST(Hub, AddressesAreThoseOfTheHub) {
  HubPlace place = *parse_hub("hf://a/b@refs%2Fpr%2F1/s t/");
  EXPECT_EQ(hub_file(kHub, place, "x#y.gguf")->text(),
            "https://huggingface.co/a/b/resolve/refs%2Fpr%2F1/s%20t/x%23y.gguf");
  EXPECT_EQ(hub_list(kHub, place)->text(),
            "https://huggingface.co/api/models/a/b/revision/refs%2Fpr%2F1");
  place = *parse_hub("hf://a/b");
  EXPECT_EQ(hub_list(*parse_url("http://127.0.0.1:9/hf/"), place)->text(),
            "http://127.0.0.1:9/hf/api/models/a/b");
  EXPECT_EQ(hub_file(kHub, place, "x.gguf")->text(),
            "https://huggingface.co/a/b/resolve/main/x.gguf");
}

TEST(Hub, ListsAreRead) {
  const auto files = read_hub_list(
      R"({"id":"a/b","config":{"siblings":[{"rfilename":"no"}],"x":[[1]]},"tags":["rfilename"],
          "siblings":[{"rfilename":"b.gguf"},{"rfilename":"s/a.gguf","size":5,"lfs":{"rfilename":"no"}},
                      {"rfilename":"../evil"},{"rfilename":"config.json"},{"other":1}],"n":1e3})",
      "hf://a/b");
  ASSERT_TRUE(files.ok()) << files.error().what;
  EXPECT_EQ(files->size(), 4u);
  EXPECT_EQ(names_in(*files, ""), (std::vector<std::string>{"b.gguf", "config.json"}));
  EXPECT_EQ(names_in(*files, "s"), (std::vector<std::string>{"a.gguf"}));
}

TEST(Hub, BrokenListsAreRefused) {
  std::string deep = "{\"siblings\":";
  for (int i = 0; i < 100000; ++i) deep += "[";
  std::string many = "{\"siblings\":[";
  for (int i = 0; i < 100001; ++i)
    many += i == 0 ? "{\"rfilename\":\"x\"}" : ",{\"rfilename\":\"x\"}";
  many += "]}";
  for (const std::string& wrong :
       {std::string(), std::string("{}"), std::string("[]"), std::string("{\"siblings\":[{\"rfil"),
        std::string("\xff\xfe"), std::string("{\"a\":\"\xff\"}"),
        std::string("{\"a\":1e999,\"siblings\":[]}"), std::string("<html>"), deep, many}) {
    const auto files = read_hub_list(wrong, "hf://a/b");
    ASSERT_FALSE(files.ok()) << wrong.substr(0, 40);
    EXPECT_EQ(files.error().kind, ErrorKind::data);
    EXPECT_TRUE(files.error().what.starts_with("hf://a/b: ")) << files.error().what;
  }
}

}  // namespace
}  // namespace weighin::remote
