// When are two spellings of a model's name the same?
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace weighin::catalogue {

/// A name taken apart: "google/gemma-2b-it.Q4_K_M.gguf" -> gemma 2b (it, q4_k_m, gguf are no part
/// of the model's identity).
struct NameWords {
  std::vector<std::string> all;   ///< every word, lower case
  std::vector<std::string> bare;  ///< without tuning, packaging and quantization words
};

/// The words of a name, without address and owner. "Qwen2.5-7B", "qwen 2.5 7b" and "qwen2.5:7b"
/// give the same words.
NameWords name_words(std::string_view name);
/// The same, where "_" between digits stands for "." ("phi-1_5").
NameWords name_words_with_points(std::string_view name);
/// Words as one text in which only numbers are kept apart: "gemma 2 2b" -> "gemma2-2b", so that
/// "gemma22b" is another name, and "gptoss20b" the same as "gpt-oss-20b".
std::string collapsed(const std::vector<std::string>& words);

}  // namespace weighin::catalogue
