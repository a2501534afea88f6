// How large is the tokenizer's section of a file, and the records of the tensors?
#include "estimate/file_size.hpp"

#include <array>
#include <cmath>

#include "estimate/footprint.hpp"

namespace weighin {
namespace {

// Bytes of the tokenizer's section for a vocabulary of that size: the header of real files less the
// tensors' records and the other keys. Other sizes of the same kind are scaled. The heap was
// measured as anonymous memory after a load without mapping less the weights (llama.cpp v0.5.0);
// that of phi-3, deepseek-llm, granite, lfm2 and gptoss is scaled from the measured kinds of the
// same make.
struct TokenizerRow {
  std::string_view kind;
  std::int64_t vocab;
  Bytes bytes;
  Bytes heap_bytes;  // anonymous memory after loading, less the weights (measured resident set)
};
constexpr std::array<TokenizerRow, 14> kTokenizers{{
    {"llama-spm", 32000, 722974, 13002342},
    {"llama-spm", 32768, 749114, 13316915},
    {"llama-bpe", 128256, 7817300, 65326284},
    {"starcoder", 49152, 1718529, 19293798},
    {"gemma-spm", 256000, 6339650, 62599987},
    {"gemma-spm", 262144, 6510727, 47395635},
    {"qwen2", 151936, 5927500, 52428800},
    {"gpt-neox", 50304, 1767880, 21076377},
    {"gpt-neox", 50280, 1767305, 21495808},
    {"phi-3", 32064, 724779, 13002342},
    {"deepseek-llm", 102400, 3969925, 35651584},
    {"granite", 100352, 3554699, 36700160},
    {"lfm2", 65536, 2284178, 25165824},
    {"gptoss", 201088, 10075390, 73400320},
}};

// Kinds that were not measured, by what they are made like.
struct LikeRow {
  std::string_view kind, like;
};
constexpr std::array<LikeRow, 24> kLikes{
    {{"llama4", "llama-bpe"},       {"dbrx", "llama-bpe"},
     {"tekken", "llama-bpe"},       {"gpt-4o", "gptoss"},
     {"chatglm-bpe", "qwen2"},      {"qwen35", "qwen2"},
     {"minimax-m2", "qwen2"},       {"kimi-k2", "qwen2"},
     {"bailingmoe2", "qwen2"},      {"deepseek-v3", "deepseek-llm"},
     {"command-r", "qwen2"},        {"bloom", "qwen2"},
     {"falcon", "gpt-neox"},        {"falcon3", "llama-bpe"},
     {"stablelm2", "deepseek-llm"}, {"gpt2", "starcoder"},
     {"whisper", "starcoder"},      {"yi-spm", "llama-spm"},
     {"minicpm-spm", "llama-spm"},  {"internlm2-spm", "llama-spm"},
     {"ernie-spm", "llama-spm"},    {"xlm-roberta", "gemma-spm"},
     {"t5-spm", "llama-spm"},       {"bert-wordpiece", "llama-spm"}}};

const TokenizerRow* row_of(std::string_view kind) {
  for (const TokenizerRow& row : kTokenizers) {
    if (row.kind == kind) return &row;
  }
  return nullptr;
}

// Of several rows of one kind the one with the nearest vocabulary.
const TokenizerRow* nearest(std::string_view kind, std::int64_t vocab) {
  const TokenizerRow* best = nullptr;
  for (const TokenizerRow& row : kTokenizers) {
    if (row.kind == kind &&
        (best == nullptr || std::abs(row.vocab - vocab) < std::abs(best->vocab - vocab)))
      best = &row;
  }
  return best;
}

struct Found {
  const TokenizerRow* row;
  bool measured;
};

Found tokenizer_of(const Shape& shape) {
  if (const TokenizerRow* row = nearest(shape.tokenizer, shape.vocab)) return {row, true};
  for (const LikeRow& like : kLikes) {
    if (like.kind == shape.tokenizer) return {nearest(like.like, shape.vocab), false};
  }
  return {row_of(shape.vocab > 60'000 ? "qwen2" : "llama-spm"), false};
}

Bytes scaled(Bytes bytes, std::int64_t vocab, std::int64_t measured_vocab) {
  return static_cast<Bytes>(std::llround(static_cast<double>(bytes) * static_cast<double>(vocab) /
                                         static_cast<double>(measured_vocab)));
}

}  // namespace

HeaderSize header_size(const Shape& shape, const std::vector<Tensor>& tensors) {
  HeaderSize size;
  for (const Tensor& tensor : tensors) {
    if (!tensor.in_file) continue;
    std::size_t name = tensor.name.size();
    if (tensor.layer >= 0) name += tensor.layer < 10 ? 6 : tensor.layer < 100 ? 7 : 8;  // "blk.N."
    // Length, name, count of dimensions, dimensions, type, offset (the GGUF specification).
    size.records_bytes += static_cast<Bytes>(8 + name) + 4 + 8 * tensor.dimensions + 4 + 8;
  }
  const Found found = tokenizer_of(shape);
  size.tokenizer_bytes = scaled(found.row->bytes, shape.vocab, found.row->vocab);
  size.tokenizer_measured = found.measured;
  // Magic, version, counts, about 25 keys. Chat templates add up to some kilobytes in published
  // files.
  size.metadata_bytes = 24 + 1'000;
  return size;
}

Bytes tokenizer_heap_bytes(const Shape& shape) {
  const Found found = tokenizer_of(shape);
  return scaled(found.row->heap_bytes, shape.vocab, found.row->vocab);
}

Bytes process_bytes(const Shape& shape) {
  // Libraries, stacks and small allocations of llama.cpp v0.5.0, resident after start.
  constexpr Bytes kLibraryBytes = 7 * kMiB;
  return kLibraryBytes + tokenizer_heap_bytes(shape);
}

}  // namespace weighin
