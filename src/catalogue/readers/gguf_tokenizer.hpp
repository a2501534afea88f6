// Which kind of tokenizer does a GGUF file have?
#pragma once

#include <string>

#include "catalogue/readers/gguf_keys.hpp"

namespace weighin::gguf {

/// The catalogue's word ("qwen2", "gemma-spm", …) for the keys tokenizer.ggml.model and .pre; empty
/// where the file has no vocabulary or the kind is none of ours.
std::string tokenizer_kind(Keys& keys, std::int64_t vocab);

}  // namespace weighin::gguf
