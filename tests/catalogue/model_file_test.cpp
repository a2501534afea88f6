// Is a file known by its content, and a stranger told apart?
#include "weighin/model_file.hpp"

#include <gtest/gtest.h>

namespace weighin {
namespace {

TEST(ModelFile, AWordIsAFileOrAName) {
  for (const char* word : {"model.gguf", "a/b.safetensors", "./x", "/x", "x/", "MODEL.GGUF",
                           "config.json", "~/m", "gemma.task", "g.litertlm"})
    EXPECT_TRUE(looks_like_file(word)) << word;
  for (const char* word : {"gemma-2b", "google/gemma-2b-it", "7B", "", "qwen2.5-0.5b"})
    EXPECT_FALSE(looks_like_file(word)) << word;
}

TEST(ModelFile, StrangersAndEmptyFilesAreNamed) {
  const auto folder = folder_in_memory("f", {{"a.gguf", ""}, {"b.bin", "nothing of ours"}});
  EXPECT_NE(read_model(*folder, "a.gguf").error().what.find("empty"), std::string::npos);
  const auto stranger = read_model(*folder, "b.bin");
  ASSERT_FALSE(stranger.ok());
  EXPECT_EQ(stranger.error().kind, ErrorKind::data);
  EXPECT_NE(stranger.error().what.find("nothing"), std::string::npos);
  EXPECT_EQ(read_model(*folder, "c").error().kind, ErrorKind::no_input);
}

TEST(ModelFile, AFolderWithoutAModelSaysSo) {
  const auto folder = folder_in_memory("f", {{"readme.txt", "x"}});
  const auto none = read_model(*folder, "");
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().kind, ErrorKind::data);
}

}  // namespace
}  // namespace weighin
