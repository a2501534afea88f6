// Do the catalogue's lists stay within the terminal, and say what is not known?
#include <gtest/gtest.h>

#include <sstream>

#include "weighin/report.hpp"

namespace weighin {
namespace {

std::size_t longest_line(const std::string& text) {
  std::istringstream in(text);
  std::size_t longest = 0;
  for (std::string line; std::getline(in, line);) longest = std::max(longest, line.size());
  return longest;
}

ModelSpec shown_model() {
  ModelSpec model;
  model.id = "qwen3-30b-a3b-with-a-name-that-is-much-longer-than-any-column";
  model.name = "Qwen3 30B A3B";
  model.repository = "Qwen/Qwen3-30B-A3B";
  model.size_class = "32B";
  model.parameters = Known<std::int64_t>::of(
      30532122624,
      "https://huggingface.co/Qwen/Qwen3-30B-A3B and a long remark on what was counted",
      KnownBy::published);
  model.active_parameters = Known<std::int64_t>::of(3344908288, "recomputed", KnownBy::computed);
  model.license = Known<std::string>::unknown(Status::unsupported, "nobody looked");
  return model;
}

TEST(ModelsText, KeepsToTheWidth) {
  for (const int width : {60, 80, 120}) {
    RenderOptions options;
    options.width = width;
    EXPECT_LE(longest_line(models_text({shown_model()}, options)), static_cast<std::size_t>(width));
    EXPECT_LE(longest_line(model_text(shown_model(), options)), static_cast<std::size_t>(width));
  }
}

TEST(ModelsText, SaysWhatIsNotKnown) {
  const std::string text = model_text(shown_model(), {});
  EXPECT_NE(text.find("not known: nobody looked"), std::string::npos);
  EXPECT_NE(text.find("30.5B = 30532122624"), std::string::npos);
  EXPECT_NE(text.find("3.34B a token"), std::string::npos);
}

TEST(ModelsText, AHostedModelHasNoNumber) {
  ModelSpec model;
  model.id = "gpt-4";
  model.name = "GPT-4";
  model.hosted_only = true;
  EXPECT_NE(models_text({model}, {}).find("hosted"), std::string::npos);
  EXPECT_NE(not_downloadable_text(model, {}).find("not downloadable"), std::string::npos);
}

}  // namespace
}  // namespace weighin
