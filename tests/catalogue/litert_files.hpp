// How do the tests write files for LiteRT, with FlatBuffers' and libzip's own libraries?
#pragma once

#include <flatbuffers/flatbuffers.h>
#include <zip.h>

#include <cstdint>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

namespace weighin::test {

/// A tensor of a .tflite, with its own buffer.
struct LiteTensor {
  std::string name;
  std::int8_t type = 0;
  std::vector<std::int32_t> shape;
  std::size_t inside = 0;              ///< bytes of data in the FlatBuffer
  std::uint64_t offset = 0, size = 0;  ///< or behind it
  int buffer = -1;                     ///< number of the buffer to take in place of its own
};

inline std::string finished(flatbuffers::FlatBufferBuilder& builder) {
  return {reinterpret_cast<const char*>(builder.GetBufferPointer()), builder.GetSize()};
}

/// A model whose `subgraphs` signatures all name the same tensors.
inline std::string lite_model(const std::vector<LiteTensor>& tensors, int subgraphs = 1) {
  using flatbuffers::FieldIndexToOffset;
  using Any = flatbuffers::Offset<flatbuffers::Table>;
  flatbuffers::FlatBufferBuilder builder;
  std::vector<Any> buffers;
  {
    const auto start = builder.StartTable();
    buffers.emplace_back(builder.EndTable(start));  // buffer 0 is empty
  }
  for (const LiteTensor& tensor : tensors) {
    flatbuffers::Offset<flatbuffers::Vector<std::uint8_t>> data;
    if (tensor.inside > 0) data = builder.CreateVector(std::vector<std::uint8_t>(tensor.inside));
    const auto start = builder.StartTable();
    if (tensor.inside > 0) builder.AddOffset(FieldIndexToOffset(0), data);
    builder.AddElement<std::uint64_t>(FieldIndexToOffset(1), tensor.offset, 0);
    builder.AddElement<std::uint64_t>(FieldIndexToOffset(2), tensor.size, 0);
    buffers.emplace_back(builder.EndTable(start));
  }
  std::vector<Any> graphs;
  for (int graph = 0; graph < subgraphs; ++graph) {
    std::vector<Any> rows;
    for (std::size_t i = 0; i < tensors.size(); ++i) {
      const auto shape = builder.CreateVector(tensors[i].shape);
      const auto name = builder.CreateString(tensors[i].name);
      const auto start = builder.StartTable();
      builder.AddOffset(FieldIndexToOffset(0), shape);
      builder.AddElement<std::int8_t>(FieldIndexToOffset(1), tensors[i].type, 0);
      const int own = tensors[i].buffer >= 0 ? tensors[i].buffer : static_cast<int>(i) + 1;
      builder.AddElement<std::uint32_t>(FieldIndexToOffset(2), static_cast<std::uint32_t>(own), 0);
      builder.AddOffset(FieldIndexToOffset(3), name);
      rows.emplace_back(builder.EndTable(start));
    }
    const auto list = builder.CreateVector(rows);
    const auto start = builder.StartTable();
    builder.AddOffset(FieldIndexToOffset(0), list);
    graphs.emplace_back(builder.EndTable(start));
  }
  const auto all_graphs = builder.CreateVector(graphs);
  const auto all_buffers = builder.CreateVector(buffers);
  const auto start = builder.StartTable();
  builder.AddElement<std::uint32_t>(FieldIndexToOffset(0), 3, 0);
  builder.AddOffset(FieldIndexToOffset(2), all_graphs);
  builder.AddOffset(FieldIndexToOffset(4), all_buffers);
  builder.Finish(Any(builder.EndTable(start)), "TFL3");
  return finished(builder);
}

/// A section of a .litertlm; offsets are from the file's begin.
struct LmSection {
  std::uint64_t begin, end;
  std::uint8_t type;
};

inline std::string lm_header(const std::vector<LmSection>& sections) {
  using flatbuffers::FieldIndexToOffset;
  using Any = flatbuffers::Offset<flatbuffers::Table>;
  flatbuffers::FlatBufferBuilder builder;
  std::vector<Any> rows;
  for (const LmSection& section : sections) {
    const auto start = builder.StartTable();
    builder.AddElement<std::uint64_t>(FieldIndexToOffset(1), section.begin, 0);
    builder.AddElement<std::uint64_t>(FieldIndexToOffset(2), section.end, 0);
    builder.AddElement<std::uint8_t>(FieldIndexToOffset(3), section.type, 0);
    rows.emplace_back(builder.EndTable(start));
  }
  const auto list = builder.CreateVector(rows);
  auto start = builder.StartTable();
  builder.AddOffset(FieldIndexToOffset(0), list);
  const Any metadata(builder.EndTable(start));
  start = builder.StartTable();
  builder.AddOffset(FieldIndexToOffset(1), metadata);
  builder.Finish(Any(builder.EndTable(start)));
  return finished(builder);
}

inline std::string lm_front(std::uint32_t major, std::uint64_t header_end) {
  std::string front("LITERTLM");
  front.resize(32);
  std::memcpy(front.data() + 8, &major, sizeof(major));
  std::memcpy(front.data() + 24, &header_end, sizeof(header_end));
  return front;
}

/// A whole .litertlm of these models and a tokenizer, each section on a page of 16 KiB as the
/// format's own writer lays them.
inline std::string lm_file(const std::vector<std::string>& models) {
  constexpr std::size_t kPage = 16384;
  std::string body;
  std::vector<LmSection> sections;
  const auto add = [&](const std::string& bytes, std::uint8_t type) {
    body.resize((body.size() + kPage - 1) / kPage * kPage);
    sections.push_back({kPage + body.size(), kPage + body.size() + bytes.size(), type});
    body += bytes;
  };
  add("tokenizer", 4);
  for (const std::string& model : models) add(model, 3);
  const std::string header = lm_header(sections);
  std::string file = lm_front(1, 32 + header.size()) + header;
  file.resize(kPage);
  return file + body;
}

/// A zip of these entries, stored or deflated.
inline std::string zip_file(const std::vector<std::pair<std::string, std::string>>& entries,
                            bool stored = true) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* target = zip_source_buffer_create(nullptr, 0, 0, &error);
  zip_t* zip = zip_open_from_source(target, ZIP_TRUNCATE | ZIP_CREATE, &error);
  zip_source_keep(target);
  for (const auto& [name, bytes] : entries) {
    zip_source_t* source = zip_source_buffer(zip, bytes.data(), bytes.size(), 0);
    const zip_int64_t index = zip_file_add(zip, name.c_str(), source, ZIP_FL_OVERWRITE);
    zip_set_file_compression(zip, static_cast<zip_uint64_t>(index),
                             stored ? ZIP_CM_STORE : ZIP_CM_DEFLATE, 0);
  }
  zip_close(zip);
  zip_source_open(target);
  zip_source_seek(target, 0, SEEK_END);
  std::string made(static_cast<std::size_t>(zip_source_tell(target)), '\0');
  zip_source_seek(target, 0, SEEK_SET);
  zip_source_read(target, made.data(), made.size());
  zip_source_close(target);
  zip_source_free(target);
  zip_error_fini(&error);
  return made;
}

/// 4-bit weights, 8-bit weights, scales and a shape.
inline std::vector<LiteTensor> lite_tensors() {
  return {{"w4", 17, {64, 256}, 8192},
          {"w8", 9, {10, 100}, 1000},
          {"norm", 0, {64}, 256},
          {"shape", 2, {4}, 16},
          {"activation", 0, {1, 64}, 0}};
}

}  // namespace weighin::test
