// What of a model's name says which model it is?
#include "catalogue/names.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace weighin::catalogue {
namespace {

// How a model was tuned, packed or stored changes neither its shape nor its size in a given format.
constexpr std::array<std::string_view, 51> kNoIdentity{
    "it",       "instruct", "chat",  "hf",      "pt",          "sft",    "dpo",    "rlhf",
    "gguf",     "ggml",     "onnx",  "web",     "mlc",         "litert", "lm",     "litertlm",
    "task",     "preview",  "awq",   "gptq",    "exl2",        "bnb",    "int4",   "int8",
    "4bit",     "8bit",     "bf16",  "f16",     "fp16",        "f32",    "fp32",   "fp8",
    "mxfp4",    "qat",      "imat",  "imatrix", "i1",          "ud",     "latest", "1k",
    "gqa",      "unsloth",  "model", "weights", "safetensors", "cpu",    "gpu",    "cuda",
    "directml", "b4",       "b32"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_no_identity(std::string_view word) {
  if (std::find(kNoIdentity.begin(), kNoIdentity.end(), word) != kNoIdentity.end()) return true;
  // q4_k_m, iq4_xs, tq1_0, q4f16_1, q8: names of weight formats
  std::size_t at = !word.empty() && (word[0] == 'i' || word[0] == 't') ? 1 : 0;
  return word.size() >= at + 2 && word[at] == 'q' && is_digit(word[at + 1]);
}

// Without address and owner, lower case.
std::string plain(std::string_view name) {
  std::string text;
  for (const char c : name) text += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  while (!text.empty() && (text.back() == '/' || text.back() == ' ')) text.pop_back();
  const std::size_t slash = text.find_last_of('/');
  return slash == std::string::npos ? text : text.substr(slash + 1);
}

// Pieces of letters, digits, "_" and "." between digits.
std::vector<std::string> chunks(const std::string& text) {
  std::vector<std::string> found;
  std::string chunk;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool inside = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' ||
                        static_cast<unsigned char>(c) >= 0x80 ||
                        (c == '.' && i > 0 && is_digit(text[i - 1]) && i + 1 < text.size() &&
                         is_digit(text[i + 1]));
    if (inside) {
      chunk += c;
    } else if (!chunk.empty()) {
      found.push_back(std::move(chunk));
      chunk.clear();
    }
  }
  if (!chunk.empty()) found.push_back(std::move(chunk));
  return found;
}

// "qwen2.5" -> qwen, 2.5; "3.5mini" -> 3.5, mini; "7b", "8x7b", "v0.3", "a3b", "e2b" stay whole.
void split_word(const std::string& word, std::vector<std::string>& out) {
  std::size_t letters = 0;
  while (letters < word.size() && !is_digit(word[letters])) ++letters;
  if (letters >= 2 && letters < word.size()) {
    out.push_back(word.substr(0, letters));
    split_word(word.substr(letters), out);
    return;
  }
  std::size_t digits = 0;
  while (digits < word.size() && (is_digit(word[digits]) || word[digits] == '.')) ++digits;
  const std::string_view rest = std::string_view(word).substr(digits);
  const bool only_letters =
      std::none_of(rest.begin(), rest.end(), [](char c) { return is_digit(c); });
  if (digits > 0 && rest.size() >= 3 && only_letters) {
    out.push_back(word.substr(0, digits));
    out.emplace_back(rest);
    return;
  }
  out.push_back(word);
}

// "2", "b" -> "2b"
void join_units(std::vector<std::string>& words) {
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    const bool unit = words[i + 1] == "b" || words[i + 1] == "m";
    const bool number = std::all_of(words[i].begin(), words[i].end(),
                                    [](char c) { return is_digit(c) || c == '.'; });
    if (!unit || !number) continue;
    words[i] += words[i + 1];
    words.erase(words.begin() + static_cast<std::ptrdiff_t>(i) + 1);
  }
}

NameWords read(std::string_view name, bool points) {
  NameWords words;
  for (const std::string& chunk : chunks(plain(name))) {
    if (is_no_identity(chunk)) {
      words.all.push_back(chunk);
      continue;
    }
    std::string piece;
    const auto put = [&] {
      if (piece.empty()) return;
      if (is_no_identity(piece)) {
        words.all.push_back(piece);
      } else {
        split_word(piece, words.all);
        split_word(piece, words.bare);
      }
      piece.clear();
    };
    for (std::size_t i = 0; i < chunk.size(); ++i) {
      const bool between =
          i > 0 && i + 1 < chunk.size() && is_digit(chunk[i - 1]) && is_digit(chunk[i + 1]);
      if (chunk[i] != '_') {
        piece += chunk[i];
      } else if (points && between) {
        piece += '.';
      } else {
        put();
      }
    }
    put();
  }
  join_units(words.all);
  join_units(words.bare);
  return words;
}

}  // namespace

NameWords name_words(std::string_view name) { return read(name, false); }
NameWords name_words_with_points(std::string_view name) { return read(name, true); }

std::string collapsed(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) {
    if (!text.empty() && !word.empty() && is_digit(text.back()) && is_digit(word.front()))
      text += '-';
    text += word;
  }
  return text;
}

}  // namespace weighin::catalogue
