// Which tensors does a GGUF file name, and do their data lie within it?
#pragma once

#include "catalogue/readers/gguf_header.hpp"
#include "core/byte_reader.hpp"

namespace weighin::gguf {

/// A count or a length: 32 bits in version 1, 64 after.
bool read_count(ByteReader& reader, std::uint32_t version, std::uint64_t& count,
                const Field& field);

/// Reads the records of `count` tensors into `header`, and checks the names, the sizes and that the
/// data follow each other without hole or overlap up to the end of the file.
bool read_tensors(ByteReader& reader, Header& header, std::uint64_t count);

}  // namespace weighin::gguf
