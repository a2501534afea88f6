// Does any GGUF file crash its reader, or make it say what cannot be?
//
// The last byte of an input chooses: 1 = the file ends where the input ends (else it is as large as
// a model, and all bits of its data are set), 2 = a second "GGUF" begins the second part of a split
// model.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "core/byte_reader.hpp"
#include "fuzz/gguf_grammar.hpp"
#include "weighin/model_file.hpp"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most)
    __attribute__((weak));

namespace {

using namespace weighin;

constexpr Bytes kLargeFile = Bytes{1} << 50;

void check(bool right, int line = __builtin_LINE()) {
  if (right) return;
  std::fprintf(stderr, "gguf_fuzz.cpp:%d: this cannot be\n", line);
  std::abort();
}

// One line, nothing that could move a terminal's cursor, and not endless.
void check_text(const std::string& text) {
  check(text.size() < 2000);
  check(std::none_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }));
}

void check_error(const Error& error) {
  check(error.kind == ErrorKind::data || error.kind == ErrorKind::no_input);
  check(!error.what.empty());
  check_text(error.what);
  check_text(error.where);
  check_text(error.hint);
}

void check_model(const ModelSpec& spec) {
  check(spec.file != nullptr);
  const ModelFile& file = *spec.file;
  check(file.parameters >= 0 && file.lora_rank >= 0 && file.header_bytes > 0);
  check(file.header_bytes <= kMostHeaderBytes + (Bytes{1} << 20) * 2);
  Bytes sum = 0;
  for (const FileTensor& tensor : file.tensors) {
    check(tensor.bytes > 0 && tensor.weights > 0 && !tensor.name.empty());
    check(tensor.dimensions >= 1 && tensor.dimensions <= 4);
    check_text(tensor.name);
    sum += tensor.bytes;
  }
  check(sum <= file.total_bytes - file.header_bytes);
  if (spec.active_parameters) check(*spec.active_parameters <= *spec.parameters);
  for (const std::string& note : file.notes) check_text(note);
  check_text(spec.name);
  check_text(spec.id);
  if (!spec.shape) return;
  const Shape& s = *spec.shape;
  check(s.layers > 0 && s.layers <= 512 && s.hidden > 0 && s.vocab > 0);
  check(s.kv_heads <= s.heads && s.head_dim >= 0 && s.ffn >= 0);
  check(s.head_dim <= 1 << 20 && s.ffn <= 1 << 20 && s.vocab <= 1 << 24);
  check(s.kv_layers <= s.layers && s.kv_shared_layers <= s.layers);
  if (s.experts) check(s.experts->used >= 1 && s.experts->used <= s.experts->count);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  const int mode = size > 0 ? data[size - 1] : 0;
  test::SparseFolder folder;
  // Of zeros an array of texts could be made that takes long to pass over and finds nothing.
  folder.behind = '\xff';
  const auto add = [&](const char* name, std::string part) {
    const Bytes end = static_cast<Bytes>(part.size());
    folder.add(name, std::move(part), (mode & 1) != 0 ? end : kLargeFile);
  };
  const std::size_t second = (mode & 2) != 0 ? bytes.find("GGUF", 1) : std::string::npos;
  const char* name = "m.gguf";
  if (second != std::string::npos) {
    name = "m-00001-of-00002.gguf";
    add("m-00001-of-00002.gguf", bytes.substr(0, second));
    add("m-00002-of-00002.gguf", bytes.substr(second));
  } else {
    add(name, bytes);
  }
  const Result<ModelSpec> spec = read_model(folder, name);
  if (spec) {
    check_model(*spec);
  } else {
    check_error(spec.error());
  }
  return 0;
}

// Most inputs stay headers: numbers are changed, keys and tensors come and go, and what follows
// from them is made to fit again. One in eight is changed without regard to the format.
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t most, unsigned int seed) {
  std::mt19937 random(seed);
  std::string bytes(reinterpret_cast<const char*>(data), size);
  const char mode = size > 0 ? static_cast<char>(data[size - 1]) : '\0';
  // Of two parts one is changed.
  std::string before, after;
  const std::size_t second = (mode & 2) != 0 ? bytes.find("GGUF", 1) : std::string::npos;
  if (second != std::string::npos && random() % 2 == 0) {
    after = bytes.substr(second);
    bytes.resize(second);
  } else if (second != std::string::npos) {
    before = bytes.substr(0, second);
    bytes.erase(0, second);
  }
  test::GgufGrammar grammar;
  if (random() % 8 == 0 || !grammar.parse(bytes)) {
    if (LLVMFuzzerMutate != nullptr) return LLVMFuzzerMutate(data, size, most);
    if (size > 0) data[random() % size] = static_cast<std::uint8_t>(random());
    return size;
  }
  if (random() % 2 == 0) {
    for (auto changes = 1 + random() % 3; changes > 0; --changes) grammar.change(random);
    bytes = grammar.write();
    if (after.empty()) bytes.push_back(random() % 16 == 0 ? static_cast<char>(random()) : mode);
  }
  if (random() % 2 == 0) test::GgufGrammar::lie(bytes, random);
  if (random() % 16 == 0) bytes.resize(random() % (bytes.size() + 1));
  bytes = before + bytes + after;
  bytes.resize(std::min(bytes.size(), most));
  std::memcpy(data, bytes.data(), bytes.size());
  return bytes.size();
}
