// What is common to all sources of foreign bytes, and how are they held in memory?
#include "weighin/bytes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace weighin {
namespace {

class MemorySource final : public ByteSource {
 public:
  MemorySource(std::string shown, std::string bytes)
      : shown_(std::move(shown)), bytes_(std::move(bytes)) {}
  const std::string& shown() const override { return shown_; }
  Bytes size() const override { return static_cast<Bytes>(bytes_.size()); }
  Result<std::size_t> read(Bytes offset, std::span<char> into) override {
    if (offset < 0 || offset >= size()) return std::size_t{0};
    const std::size_t at = static_cast<std::size_t>(offset);
    const std::size_t count = std::min(into.size(), bytes_.size() - at);
    std::memcpy(into.data(), bytes_.data() + at, count);
    read_ += static_cast<Bytes>(count);
    return count;
  }
  Bytes bytes_read() const override { return read_; }

 private:
  std::string shown_, bytes_;
  Bytes read_ = 0;
};

class MemoryFolder final : public Folder {
 public:
  using Files = std::vector<std::pair<std::string, std::string>>;
  MemoryFolder(std::string shown, Files files, Files above)
      : shown_(std::move(shown)), files_(std::move(files)), above_(std::move(above)) {}
  const std::string& shown() const override { return shown_; }
  Result<std::unique_ptr<ByteSource>> open(std::string_view name) override {
    for (const auto& [own, bytes] : files_) {
      if (own == name) return bytes_in_memory(fmt::format("{}/{}", shown_, name), bytes);
    }
    return Error{ErrorKind::no_input, fmt::format("there is no {} in {}", name, shown_), "", ""};
  }
  bool has(std::string_view name) override {
    return std::any_of(files_.begin(), files_.end(),
                       [&](const auto& each) { return each.first == name; });
  }
  Result<std::vector<std::string>> names() override {
    std::vector<std::string> names;
    for (const auto& each : files_) names.push_back(each.first);
    std::sort(names.begin(), names.end());
    return names;
  }
  std::unique_ptr<Folder> above() override {
    if (above_.empty()) return nullptr;
    return std::make_unique<MemoryFolder>(shown_ + "/..", above_, Files{});
  }

 private:
  std::string shown_;
  Files files_, above_;
};

}  // namespace

bool is_plain_name(std::string_view name) {
  if (name.empty() || name.size() > 255 || name == "." || name == "..") return false;
  return std::none_of(name.begin(), name.end(), [](char c) {
    return c == '/' || c == '\\' || static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
  });
}

std::unique_ptr<ByteSource> bytes_in_memory(std::string shown, std::string bytes) {
  return std::make_unique<MemorySource>(std::move(shown), std::move(bytes));
}

std::unique_ptr<Folder> folder_in_memory(std::string shown,
                                         std::vector<std::pair<std::string, std::string>> files,
                                         std::vector<std::pair<std::string, std::string>> above) {
  return std::make_unique<MemoryFolder>(std::move(shown), std::move(files), std::move(above));
}

Result<std::string> read_all(ByteSource& source, Bytes most) {
  if (source.size() > most) {
    return Error{ErrorKind::data,
                 fmt::format("{}: {} bytes, more than the {} that such a file may have",
                             source.shown(), source.size(), most),
                 fmt::format("byte {}", most), "this is not a file of its kind"};
  }
  std::string text(static_cast<std::size_t>(source.size()), '\0');
  std::size_t done = 0;
  while (done < text.size()) {
    const auto count = source.read(static_cast<Bytes>(done),
                                   std::span<char>(text.data() + done, text.size() - done));
    if (!count) return count.error();
    if (*count == 0) break;
    done += *count;
  }
  text.resize(done);
  return text;
}

}  // namespace weighin
