// What does the zip of a .task hold, without anything being inflated?
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>
#include <optional>

#include "catalogue/json_reader.hpp"
#include "catalogue/readers/litert_model.hpp"
#include "catalogue/readers/litert_parts.hpp"
#include "catalogue/readers/zip_library.hpp"

namespace weighin::litert {
namespace {

using catalogue::printable;

Error wrong(const ByteSource& source, std::string what) {
  return Error{ErrorKind::data, fmt::format("{}: {}", source.shown(), what), "",
               "the file is damaged, or no bundle of MediaPipe: download it again"};
}

// Our source as libzip reads it; what libzip reads of the directory is bounded.
struct Feed {
  ByteSource* source = nullptr;
  zip_uint64_t at = 0;
  Bytes read = 0;
  bool limited = true;
  bool over = false;
  std::optional<Error> error;
  zip_error_t zip_error{};
};

zip_int64_t give(void* state, void* data, zip_uint64_t length, zip_source_cmd_t command) {
  Feed& feed = *static_cast<Feed*>(state);
  const auto size = static_cast<zip_uint64_t>(feed.source->size());
  switch (command) {
    case ZIP_SOURCE_OPEN:
      feed.at = 0;
      return 0;
    case ZIP_SOURCE_READ: {
      const auto wanted =
          static_cast<std::size_t>(std::min<zip_uint64_t>(length, size - std::min(size, feed.at)));
      feed.read += static_cast<Bytes>(wanted);
      if (feed.limited && feed.read > kMostDirectory) {
        feed.over = true;
        zip_library()->error_set(&feed.zip_error, ZIP_ER_READ, EFBIG);
        return -1;
      }
      const Result<std::size_t> count = feed.source->read(
          static_cast<Bytes>(feed.at), std::span<char>(static_cast<char*>(data), wanted));
      if (!count) {
        feed.error = count.error();
        zip_library()->error_set(&feed.zip_error, ZIP_ER_READ, EIO);
        return -1;
      }
      feed.at += *count;
      return static_cast<zip_int64_t>(*count);
    }
    case ZIP_SOURCE_STAT: {
      auto* stat = static_cast<zip_stat_t*>(data);
      zip_library()->stat_init(stat);
      stat->size = size;
      stat->valid = ZIP_STAT_SIZE;
      return static_cast<zip_int64_t>(sizeof(*stat));
    }
    case ZIP_SOURCE_SEEK: {
      const zip_int64_t to =
          zip_library()->source_seek_compute_offset(feed.at, size, data, length, &feed.zip_error);
      if (to < 0) return -1;
      feed.at = static_cast<zip_uint64_t>(to);
      return 0;
    }
    case ZIP_SOURCE_TELL:
      return static_cast<zip_int64_t>(feed.at);
    case ZIP_SOURCE_ERROR:
      return zip_library()->error_to_data(&feed.zip_error, data, length);
    case ZIP_SOURCE_SUPPORTS:
      return zip_library()->source_make_command_bitmap(
          ZIP_SOURCE_OPEN, ZIP_SOURCE_READ, ZIP_SOURCE_CLOSE, ZIP_SOURCE_STAT, ZIP_SOURCE_ERROR,
          ZIP_SOURCE_SEEK, ZIP_SOURCE_TELL, ZIP_SOURCE_SUPPORTS, ZIP_SOURCE_FREE, -1);
    case ZIP_SOURCE_CLOSE:
    case ZIP_SOURCE_FREE:
      return 0;
    default:
      zip_library()->error_set(&feed.zip_error, ZIP_ER_OPNOTSUPP, 0);
      return -1;
  }
}

struct Archive {
  Feed feed;
  zip_t* zip = nullptr;
  Archive() = default;
  Archive(const Archive&) = delete;
  Archive& operator=(const Archive&) = delete;
  ~Archive() {
    if (zip != nullptr) zip_library()->discard(zip);
  }
};

// One stored entry, as bytes at any offset.
class Entry final : public ByteSource {
 public:
  Entry(std::shared_ptr<Archive> archive, zip_file_t* file, std::string shown, Bytes size)
      : archive_(std::move(archive)), file_(file), shown_(std::move(shown)), size_(size) {}
  ~Entry() override { zip_library()->fclose(file_); }
  const std::string& shown() const override { return shown_; }
  Bytes size() const override { return size_; }
  Bytes bytes_read() const override { return archive_->feed.source->bytes_read(); }
  Result<std::size_t> read(Bytes offset, std::span<char> into) override {
    if (offset < 0 || offset >= size_) return std::size_t{0};
    const auto most = static_cast<zip_uint64_t>(size_ - offset);
    const auto wanted = std::min<zip_uint64_t>(into.size(), most);
    zip_int64_t count = -1;
    if (zip_library()->fseek(file_, offset, SEEK_SET) == 0)
      count = zip_library()->fread(file_, into.data(), wanted);
    if (count >= 0) return static_cast<std::size_t>(count);
    if (archive_->feed.error) return *archive_->feed.error;
    return wrong(*this,
                 fmt::format("byte {} cannot be read: {}", offset,
                             zip_library()->error_strerror(zip_library()->file_get_error(file_))));
  }

 private:
  std::shared_ptr<Archive> archive_;
  zip_file_t* file_;
  std::string shown_;
  Bytes size_;
};

}  // namespace

Result<Bundle> open_task(ByteSource& source) {
  if (zip_library() == nullptr)
    return Error{
        ErrorKind::no_input,
        fmt::format("{}: a .task is read with libzip, and it is not installed", source.shown()), "",
        "install libzip4"};
  auto archive = std::make_shared<Archive>();
  archive->feed.source = &source;
  zip_error_t error;
  zip_library()->error_init(&error);
  zip_source_t* feed = zip_library()->source_function_create(give, &archive->feed, &error);
  if (feed != nullptr) {
    archive->zip = zip_library()->open_from_source(feed, ZIP_RDONLY, &error);
    if (archive->zip == nullptr) zip_library()->source_free(feed);
  }
  const std::string reason = zip_library()->error_strerror(&error);
  zip_library()->error_fini(&error);
  if (archive->zip == nullptr) {
    if (archive->feed.error) return *archive->feed.error;
    if (archive->feed.over)
      return wrong(source, fmt::format("its zip directory takes more than the limit of {} bytes",
                                       kMostDirectory));
    return wrong(source, fmt::format("its zip directory cannot be read: {}", printable(reason)));
  }
  archive->feed.limited = false;
  const zip_int64_t count = zip_library()->get_num_entries(archive->zip, 0);
  if (count < 0 || static_cast<std::size_t>(count) > kMostEntries)
    return wrong(source, fmt::format("its zip has {} entries, more than the limit of {}", count,
                                     kMostEntries));
  Bundle bundle;
  bundle.owner = archive;
  Bytes together = 0;
  for (zip_int64_t i = 0; i < count; ++i) {
    zip_stat_t stat;
    zip_library()->stat_init(&stat);
    const auto index = static_cast<zip_uint64_t>(i);
    constexpr zip_uint64_t kNeeded = ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE |
                                     ZIP_STAT_COMP_METHOD | ZIP_STAT_ENCRYPTION_METHOD;
    if (zip_library()->stat_index(archive->zip, index, 0, &stat) != 0 ||
        (stat.valid & kNeeded) != kNeeded)
      return wrong(source, fmt::format("entry {} of its zip has no name or size", i));
    const std::string name = printable(stat.name);
    // Entries over each other make a small file look large.
    if (stat.comp_size > static_cast<zip_uint64_t>(source.size() - together))
      return wrong(source, fmt::format("entry {} \"{}\": the entries take more than the file's {} "
                                       "bytes",
                                       i, name, source.size()));
    together += static_cast<Bytes>(stat.comp_size);
    const bool stored = stat.comp_method == ZIP_CM_STORE && stat.encryption_method == ZIP_EM_NONE;
    if (stored && stat.size != stat.comp_size)
      return wrong(source, fmt::format("entry {} \"{}\" is stored, and its size {} is not {}", i,
                                       name, stat.size, stat.comp_size));
    const bool named_model = name.starts_with("TF_LITE") || name.ends_with(".tflite");
    if (!stored && named_model)
      return wrong(source,
                   fmt::format("entry {} \"{}\" is compressed: a model in a bundle is stored, "
                               "and nothing is inflated",
                               i, name));
    Part part{name, static_cast<Bytes>(stat.comp_size), nullptr};
    if (stored && stat.size > 0) {
      zip_file_t* file = zip_library()->fopen_index(archive->zip, index, 0);
      if (file == nullptr)
        return wrong(source, fmt::format("entry {} \"{}\" cannot be opened: {}", i, name,
                                         zip_library()->strerror(archive->zip)));
      part.source = std::make_unique<Entry>(
          archive, file, fmt::format("{}: {}", source.shown(), name), part.bytes);
      std::array<char, 8> head{};
      const Result<std::size_t> got = part.source->read(0, head);
      if (!got) return got.error();
      const bool model = is_model(std::string_view(head.data(), *got));
      if (!model && named_model && name.ends_with(".tflite"))
        return wrong(source, fmt::format("entry {} \"{}\" is no TensorFlow Lite model", i, name));
      if (!model) part.source.reset();
    }
    bundle.parts.push_back(std::move(part));
  }
  return bundle;
}

}  // namespace weighin::litert
