// Does every way in which people write a model's name find that model?
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>

#include "catalogue/names.hpp"
#include "catalogue/shipped.hpp"
#include "support/support.hpp"
#include "weighin/catalogue.hpp"

namespace weighin {
namespace {

std::string found(const std::string& spec) {
  const Result<ModelSpec> model = find_model(test::shipped(), spec);
  return model ? model->id : to_text(model.error()) + " | " + model.error().hint;
}

TEST(Resolve, SpellingsThatPeopleUse) {
  const std::vector<std::pair<const char*, const char*>> table{
      {"Gemma 2B", "gemma-2b"},
      {"gemma-2b", "gemma-2b"},
      {"GEMMA-2B", "gemma-2b"},
      {"gemma_2b", "gemma-2b"},
      {"gemma2b", "gemma-2b"},
      {"gemma 2 b", "gemma-2b"},
      {"gemma:2b", "gemma-2b"},
      {"google/gemma-2b-it", "gemma-2b"},
      {"google/gemma-1.1-2b-it", "gemma-2b"},
      {"gemma-2b-it-GGUF", "gemma-2b"},
      {"gemma-2b-it.Q4_K_M.gguf", "gemma-2b"},
      {"gemma-2b-it-q4f16_1-MLC", "gemma-2b"},
      {"gemma-2-2b", "gemma-2-2b"},
      {"Gemma 2 2B", "gemma-2-2b"},
      {"gemma2:2b", "gemma-2-2b"},
      {"bartowski/gemma-2-2b-it-GGUF", "gemma-2-2b"},
      {"gemma3:270m", "gemma-3-270m"},
      {"gemma3-1b-it", "gemma-3-1b"},
      {"litert-community/Gemma3-1B-IT", "gemma-3-1b"},
      {"google/gemma-3n-E2B-it-litert-preview", "gemma-3n-e2b"},
      {"gemma3n:e4b", "gemma-3n-e4b"},
      {"litert-community/gemma-4-E2B-it-litert-lm", "gemma-4-e2b"},
      {"onnx-community/gemma-3-270m-it-ONNX", "gemma-3-270m"},
      {"google/functiongemma-270m-it", "gemma-3-270m"},
      {"mistral-7b", "mistral-7b-v0.3"},
      {"Mistral 7B", "mistral-7b-v0.3"},
      {"mistral:7b", "mistral-7b-v0.3"},
      {"mistralai/Mistral-7B-Instruct-v0.3", "mistral-7b-v0.3"},
      {"Mistral-7B-Instruct-v0.2-q4f16_1-MLC", "mistral-7b-v0.2"},
      {"mistral 7b v0.1", "mistral-7b-v0.1"},
      {"mixtral 8x7b", "mixtral-8x7b-v0.1"},
      {"mixtral:8x22b", "mixtral-8x22b-v0.1"},
      {"mistral-nemo", "mistral-nemo-2407"},
      {"distilbert", "distilbert-base-uncased"},
      {"DistilBERT", "distilbert-base-uncased"},
      {"distilbert-base-uncased", "distilbert-base-uncased"},
      {"bert-base", "bert-base-uncased"},
      {"Xenova/all-MiniLM-L6-v2", "all-minilm-l6-v2"},
      {"bge small", "bge-small-en-v1.5"},
      {"Llama-3.2-1B-Instruct", "llama-3.2-1b"},
      {"llama 3.2 1b", "llama-3.2-1b"},
      {"llama3.2:1b", "llama-3.2-1b"},
      {"llama3.2:1b-instruct-q4_K_M", "llama-3.2-1b"},
      {"Llama-3-2-1B", "llama-3.2-1b"},
      {"llama_3_2_1b", "llama-3.2-1b"},
      {"unsloth/Llama-3.2-3B-Instruct-GGUF", "llama-3.2-3b"},
      {"llama3.1:8b", "llama-3.1-8b"},
      {"Meta-Llama-3.1-8B-Instruct", "llama-3.1-8b"},
      {"Llama 3 8B", "llama-3-8b"},
      {"llama3:8b", "llama-3-8b"},
      {"Llama-2-7b-chat-hf", "llama-2-7b"},
      {"llama-3.1-405b", "llama-3.1-405b"},
      {"llama 405b", "llama-3.1-405b"},
      {"llama-4-scout", "llama-4-scout-17b-16e"},
      {"tinyllama", "tinyllama-1.1b"},
      {"TinyLlama/TinyLlama-1.1B-Chat-v1.0", "tinyllama-1.1b"},
      {"Qwen3-8B", "qwen3-8b"},
      {"qwen 3 8b", "qwen3-8b"},
      {"qwen3:8b", "qwen3-8b"},
      {"Qwen3-8B-Base", "qwen3-8b"},
      {"https://huggingface.co/Qwen/Qwen3-0.6B", "qwen3-0.6b"},
      {"Qwen2.5-7B-Instruct", "qwen2.5-7b"},
      {"qwen2.5:7b", "qwen2.5-7b"},
      {"Qwen2.5-Coder-7B-Instruct", "qwen2.5-coder-7b"},
      {"qwen3:30b", "qwen3-30b-a3b"},
      {"Qwen3 30B A3B", "qwen3-30b-a3b"},
      {"phi 3.5 mini", "phi-3.5-mini"},
      {"Phi-3.5-mini-instruct", "phi-3.5-mini"},
      {"phi3.5mini", "phi-3.5-mini"},
      {"phi-2", "phi-2"},
      {"phi2", "phi-2"},
      {"phi-1_5", "phi-1.5"},
      {"phi 1.5", "phi-1.5"},
      {"phi-4", "phi-4"},
      {"phi4-mini", "phi-4-mini"},
      {"SmolLM2-135M-Instruct", "smollm2-135m"},
      {"smollm2 135m", "smollm2-135m"},
      {"HuggingFaceTB/SmolLM2-1.7B-Instruct-Q8_0", "smollm2-1.7b"},
      {"stablelm-2-zephyr-1_6b", "stablelm-2-1.6b"},
      {"gpt2", "gpt2"},
      {"GPT-2", "gpt2"},
      {"gpt2-xl", "gpt2-xl"},
      {"t5-base", "t5-base"},
      {"t5 small", "t5-small"},
      {"whisper tiny", "whisper-tiny"},
      {"whisper-large-v3-turbo", "whisper-large-v3-turbo"},
      {"gpt-oss:20b", "gpt-oss-20b"},
      {"gptoss20b", "gpt-oss-20b"},
      {"openai/gpt-oss-120b", "gpt-oss-120b"},
      {"deepseek-r1", "deepseek-r1"},
      {"deepseek-r1:7b", "deepseek-r1-distill-qwen-7b"},
      {"DeepSeek-V3-0324", "deepseek-v3"},
      {"kimi k2", "kimi-k2"},
      {"falcon 40b", "falcon-40b"},
      {"command-r", "command-r-35b"},
      {"granite 4.0 h tiny", "granite-4.0-h-tiny"},
      {"LFM2-350M-Q8_0", "lfm2-350m"},
      {"gpt-4", "gpt-4"},
      {"GPT4", "gpt-4"},
      {"gpt-4o", "gpt-4o"},
      {"ChatGPT", "gpt-3.5-turbo"},
      {"claude 3.5 sonnet", "claude-3.5-sonnet"},
      {"gemini pro", "gemini-pro"},
      {"gemini nano", "gemini-nano-2"},
  };
  EXPECT_GE(table.size(), 80u);
  for (const auto& [spec, id] : table) EXPECT_EQ(found(spec), id) << spec;
}

// The names under which the reference measurements of llama.cpp were taken.
TEST(Resolve, EveryMeasuredModel) {
  const std::map<std::string, std::int64_t> parameters{
      {"TinyLlama-1.1B", 1100048384},     {"Llama-3.2-1B", 1235814400},
      {"Llama-3.2-3B", 3212749824},       {"Llama-3.1-8B", 8030261248},
      {"Mistral-7B-v0.3", 7248023552},    {"SmolLM2-135M", 134515008},
      {"SmolLM2-360M", 361821120},        {"SmolLM2-1.7B", 1711376384},
      {"Gemma-2B", 2506172416},           {"Gemma-7B", 8537680896},
      {"Gemma-2-2B", 2614341888},         {"Gemma-3-270M", 268098176},
      {"Gemma-3-1B", 999885952},          {"Gemma-3-4B", 3880263168},
      {"Qwen2.5-0.5B", 494032768},        {"Qwen2.5-1.5B", 1543714304},
      {"Qwen3-0.6B", 596049920},          {"Qwen3-1.7B", 1720574976},
      {"Qwen3-4B", 4022468096},           {"Qwen3-8B", 8190735360},
      {"OLMoE-1B-7B", 6919161856},        {"Qwen3-30B-A3B", 30532122624},
      {"Phi-3.5-mini", 3821079552},       {"DeepSeek-V2-Lite", 15706484224},
      {"Mamba-370M", 371516416},          {"Mamba-1.4B", 1372178432},
      {"Granite-4.0-H-Tiny", 6939037248}, {"LFM2-1.2B", 1170340608},
      {"LFM2-350M", 354483968},           {"gpt-oss-20b", 20914757184}};
  for (const auto& [name, count] : parameters) {
    const Result<ModelSpec> model = find_model(test::shipped(), name);
    ASSERT_TRUE(model) << name << ": " << to_text(model.error());
    EXPECT_EQ(*model->parameters, count) << name;
    EXPECT_EQ(model->known_by, KnownBy::published) << name;
  }
}

TEST(Resolve, EveryNameInTheReferenceTables) {
  const std::filesystem::path shared = test::shared_folder();
  if (shared.empty()) GTEST_SKIP() << "the reference tables are not here";
  for (const char* table : {"llamacpp_memory.csv", "llamacpp_speed.csv", "gguf_published_exact.csv",
                            "litert_bench.csv"}) {
    std::ifstream in(shared / "truth" / table);
    std::set<std::string> names;
    std::string line;
    std::getline(in, line);
    while (std::getline(in, line)) names.insert(line.substr(0, line.find(',')));
    EXPECT_FALSE(names.empty()) << table;
    for (const std::string& name : names)
      EXPECT_TRUE(find_model(test::shipped(), name)) << table << ": " << name;
  }
}

TEST(Resolve, EveryOwnNameFindsItsModel) {
  for (const ModelSpec& model : test::shipped().models) {
    EXPECT_EQ(found(model.id), model.id);
    EXPECT_EQ(found(model.name), model.id);
    if (!model.repository.empty()) {
      EXPECT_EQ(found(model.repository), model.id);
    }
    for (const std::string& alias : model.aliases) EXPECT_EQ(found(alias), model.id) << alias;
  }
}

TEST(Resolve, WhereTheAnswerDiffersTheChoicesAreListed) {
  const std::vector<std::pair<const char*, std::vector<const char*>>> table{
      {"gemma", {"gemma-3-270m", "gemma-2b", "gemma-4-31b"}},
      {"qwen", {"qwen1.5-0.5b", "more"}},
      {"llama 8b", {"llama-3-8b", "llama-3.1-8b", "deepseek-r1-distill-llama-8b"}},
      {"llama3.1", {"llama-3.1-8b", "llama-3.1-70b", "llama-3.1-405b"}},
      {"qwen2.5", {"qwen2.5-0.5b", "qwen2.5-72b"}},
      {"phi3.5", {"phi-3.5-mini", "phi-3.5-moe"}},
      {"whisper", {"whisper-tiny", "whisper-large-v3"}},
      {"claude", {"claude-3-opus"}},
      {"mistral", {"mistral-7b-v0.3", "mistral-large-2411"}},
      {"SmolLM2", {"smollm2-135m", "smollm2-360m", "smollm2-1.7b"}}};
  for (const auto& [spec, choices] : table) {
    const Result<ModelSpec> model = find_model(test::shipped(), spec);
    ASSERT_FALSE(model) << spec << " found " << model->id;
    EXPECT_EQ(model.error().kind, ErrorKind::usage);
    EXPECT_NE(model.error().what.find("may mean"), std::string::npos) << model.error().what;
    for (const char* choice : choices) {
      EXPECT_NE(model.error().hint.find(choice), std::string::npos)
          << spec << ": " << model.error().hint;
    }
  }
}

TEST(Resolve, AnUnknownNameGetsTheNearest) {
  const std::vector<std::pair<const char*, const char*>> table{
      {"gema-2b", "gemma-2b"},
      {"lama-3.2-1b", "llama-3.2-1b"},
      {"mistrall-7b-v0.3", "mistral-7b-v0.3"},
      {"qwen3-88b", "qwen3-8b"},
      {"smolm2-135m", "smollm2-135m"},
      {"gemma 22b", "gemma-2-2b"},
      {"gpt-44", "gpt-4"},
      {"distillbert", "distilbert"}};
  for (const auto& [spec, near] : table) {
    const Result<ModelSpec> model = find_model(test::shipped(), spec);
    ASSERT_FALSE(model) << spec << " found " << model->id;
    EXPECT_EQ(model.error().kind, ErrorKind::usage);
    EXPECT_EQ(exit_code(model.error().kind), 64);
    EXPECT_NE(model.error().hint.find(near), std::string::npos) << model.error().hint;
  }
  for (const char* spec : {"nonsense", "", "   ", "/", "...", "instruct", "it", "\x1b[31m", "ßß"}) {
    const Result<ModelSpec> model = find_model(test::shipped(), spec);
    ASSERT_FALSE(model) << spec << " found " << model->id;
    EXPECT_EQ(model.error().kind, ErrorKind::usage);
    EXPECT_FALSE(model.error().hint.empty());
    EXPECT_EQ(model.error().what.find('\x1b'), std::string::npos);
  }
  EXPECT_FALSE(find_model(test::shipped(), std::string(100'000, 'a')));
  EXPECT_FALSE(find_model(Catalogue{}, "gemma-2b"));
}

}  // namespace
}  // namespace weighin
