// Which reader knows this file, and what does it find there?
#include "weighin/model_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

#include "catalogue/json_reader.hpp"
#include "catalogue/readers/reader.hpp"

namespace weighin {
namespace {

// The endings under which models are passed on; content decides what they are.
constexpr std::array<std::string_view, 8> kEndings{".gguf",     ".safetensors", ".onnx",   ".json",
                                                   ".litertlm", ".task",        ".tflite", ".mlc"};

bool ends_with(std::string_view text, std::string_view ending) {
  return text.size() >= ending.size() &&
         std::equal(ending.begin(), ending.end(),
                    text.end() - static_cast<std::ptrdiff_t>(ending.size()),
                    [](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? b + 32 : b); });
}

std::string list_of_kinds() {
  std::string text;
  for (const std::string& kind : model_file_kinds()) text += (text.empty() ? "" : ", ") + kind;
  return text;
}

// Of a folder's files the one that a reader would rather begin with.
Result<std::string> first_of(Folder& folder) {
  const Result<std::vector<std::string>> names = folder.names();
  if (!names) return names.error();
  int best_rank = std::numeric_limits<int>::max();
  std::string best;
  for (const std::string& name : *names) {
    for (const Reader* reader : reader_table()) {
      const int rank = reader->rank_in_folder(name);
      if (rank > 0 && rank < best_rank) {
        best_rank = rank;
        best = name;
      }
    }
  }
  if (best.empty()) {
    return Error{ErrorKind::data, fmt::format("{} holds no model that we can read", folder.shown()),
                 "", fmt::format("we read {}", list_of_kinds())};
  }
  return best;
}

}  // namespace

const char* to_text(FileRole role) {
  switch (role) {
    case FileRole::model:
      return "model";
    case FileRole::projector:
      return "projector";
    case FileRole::adapter:
      return "adapter";
  }
  return "model";
}

Result<ModelSpec> read_model(Folder& folder, std::string_view asked) {
  std::string name(asked);
  if (name.empty()) {
    Result<std::string> first = first_of(folder);
    if (!first) return first.error();
    name = std::move(*first);
  }
  Result<std::unique_ptr<ByteSource>> source = folder.open(name);
  if (!source) return source.error();
  ByteSource& bytes = **source;
  std::array<char, kSniffBytes> head{};
  const Result<std::size_t> count = bytes.read(0, head);
  if (!count) return count.error();
  if (*count == 0) {
    return Error{ErrorKind::data, fmt::format("{} is empty", bytes.shown()), "byte 0",
                 "download it again"};
  }
  const Sniff sniff{name, std::string_view(head.data(), *count), bytes.size()};
  for (const Reader* reader : reader_table()) {
    if (reader->recognises(sniff)) return reader->read(folder, name, bytes);
  }
  return Error{ErrorKind::data,
               fmt::format("{} is no model file that we know (it begins with \"{}\")",
                           bytes.shown(), catalogue::printable(sniff.head.substr(0, 8))),
               "byte 0", fmt::format("we read {}", list_of_kinds())};
}

bool looks_like_file(std::string_view word) {
  if (word.empty()) return false;
  if (word.front() == '/' || word.front() == '.' || word.front() == '~' || word.back() == '/')
    return true;
  return std::any_of(kEndings.begin(), kEndings.end(),
                     [&](std::string_view ending) { return ends_with(word, ending); });
}

std::vector<std::string> model_file_kinds() {
  std::vector<std::string> kinds;
  for (const Reader* reader : reader_table()) kinds.emplace_back(reader->name);
  return kinds;
}

}  // namespace weighin
