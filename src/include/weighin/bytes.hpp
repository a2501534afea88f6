// How are foreign bytes read by ranges, wherever they lie?
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "weighin/result.hpp"
#include "weighin/units.hpp"

namespace weighin {

/// The bytes of one file, or of one object behind a URL. Nothing is held in memory but what was
/// asked for.
class ByteSource {
 public:
  ByteSource() = default;
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;
  virtual ~ByteSource() = default;

  /// As the user knows it: a path or a URL, for messages.
  virtual const std::string& shown() const = 0;
  virtual Bytes size() const = 0;
  /// Fills `into` with the bytes from `offset` on; fewer only where the end is reached (0 beyond
  /// it). A file that shrank or a connection that broke is an Error of ErrorKind::no_input.
  virtual Result<std::size_t> read(Bytes offset, std::span<char> into) = 0;
  /// Bytes that were really read or fetched so far.
  virtual Bytes bytes_read() const = 0;
};

/// Where a model's files lie beside each other: a folder, or the base of a URL.
class Folder {
 public:
  Folder() = default;
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  virtual ~Folder() = default;

  virtual const std::string& shown() const = 0;
  /// Opens the file of that plain name. A name with a slash, "..", or a control character, a link
  /// that leaves the folder, and anything that is no regular file are refused (ErrorKind::data);
  /// what is not there is ErrorKind::no_input. `name` may come from a foreign file.
  virtual Result<std::unique_ptr<ByteSource>> open(std::string_view name) = 0;
  /// True where there is a file of that name (it may still be refused).
  virtual bool has(std::string_view name) = 0;
  /// The names of all files, sorted; an error where they cannot be listed (a URL).
  virtual Result<std::vector<std::string>> names() = 0;
  /// The folder above, only where this one is the "onnx" of a repository in the layout of
  /// Transformers.js, which keeps config.json above its weights; else null.
  virtual std::unique_ptr<Folder> above() { return nullptr; }
};

/// Most names that a folder of a model may hold; beyond, names() is an error.
inline constexpr std::size_t kMostFolderNames = 100'000;

/// True where `name` can be the name of a file beside another: not empty, no slash, no backslash,
/// no control character, not "." or "..", at most 255 bytes.
bool is_plain_name(std::string_view name);

/// A folder of this machine. The path itself may be a link. The links of Hugging Face's cache
/// (snapshots/REVISION/NAME -> ../../blobs/HASH) are followed, other links out of the folder are
/// not.
Result<std::unique_ptr<Folder>> local_folder(const std::string& path);
/// One file of this machine that the user named himself: links are followed, wherever they lead.
/// Not a regular file: ErrorKind::data; not there or not readable: ErrorKind::no_input.
Result<std::unique_ptr<ByteSource>> local_file(const std::string& path);
/// Bytes held in memory, for tests and fuzzing.
std::unique_ptr<ByteSource> bytes_in_memory(std::string shown, std::string bytes);
/// A folder held in memory, below another one where `above` is given.
std::unique_ptr<Folder> folder_in_memory(
    std::string shown, std::vector<std::pair<std::string, std::string>> files,
    std::vector<std::pair<std::string, std::string>> above = {});

/// Reads a whole small file; larger than `most` is ErrorKind::data that names the limit.
Result<std::string> read_all(ByteSource& source, Bytes most);

}  // namespace weighin
