// Which sections does a .litertlm say that it has?
#include <fmt/format.h>

#include <algorithm>

#include "catalogue/readers/flat_reader.hpp"
#include "catalogue/readers/litert_parts.hpp"

namespace weighin::litert {
namespace {

// Layout and field numbers: https://github.com/google-ai-edge/LiteRT-LM, schema/core.
constexpr std::string_view kMagic = "LITERTLM";
constexpr Bytes kVersionAt = 8, kHeaderEndAt = 24, kHeaderAt = 32;
constexpr std::uint64_t kKnownMajor = 1;
constexpr int kSectionMetadata = 1, kObjects = 0, kBegin = 1, kEnd = 2, kDataType = 3;
constexpr std::uint64_t kTfliteModel = 3;
constexpr const char* kTypeNames[] = {"none",      "data",     "removed",       "model",
                                      "tokenizer", "metadata", "tokenizer_zlib"};

}  // namespace

bool is_litertlm(std::string_view head) { return head.starts_with(kMagic); }

Result<Bundle> open_litertlm(ByteSource& source) {
  flat::Reader front(source);
  const std::uint64_t major = front.integer(kVersionAt, 4, "the version");
  const std::uint64_t end = front.integer(kHeaderEndAt, 8, "the end of the header");
  if (front.ok() && major > kKnownMajor)
    front.fail(fmt::format("version {}: versions up to {} are known", major, kKnownMajor));
  if (front.ok() && (end < static_cast<std::uint64_t>(kHeaderAt + 8) ||
                     end > static_cast<std::uint64_t>(source.size())))
    front.fail(
        fmt::format("its header ends at {}, outside the file's {} bytes", end, source.size()));
  if (front.ok() && end > static_cast<std::uint64_t>(kMostLmHeader))
    front.fail(fmt::format("its header ends at {}, beyond the limit of {}", end, kMostLmHeader));
  if (!front.ok()) return front.error();

  flat::Section header(source, source.shown(), kHeaderAt, static_cast<Bytes>(end) - kHeaderAt);
  flat::Reader reader(header);
  const flat::Table root = reader.root();
  const auto sections = reader.table(root, kSectionMetadata, "section_metadata");
  if (reader.ok() && !sections) reader.fail("section_metadata is missing");
  if (!reader.ok()) return reader.error();
  const flat::Vector objects = reader.vector(*sections, kObjects, 4, kMostSections, "sections");
  Bundle bundle;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> ranges;
  for (std::uint32_t i = 0; i < objects.count && reader.ok(); ++i) {
    const std::string what = fmt::format("section {}", i);
    const flat::Table object = reader.table_at(objects.at + 4 * Bytes{i}, what);
    const std::uint64_t begin = reader.number(object, kBegin, 8, 0, "begin_offset");
    const std::uint64_t stop = reader.number(object, kEnd, 8, 0, "end_offset");
    const std::uint64_t type = reader.number(object, kDataType, 1, 0, "data_type");
    if (!reader.ok()) break;
    if (begin > stop || stop > static_cast<std::uint64_t>(source.size()) || begin < end) {
      reader.fail(
          fmt::format("{}: begin_offset {} and end_offset {} do not lie between the header's "
                      "end {} and the file's {}",
                      what, begin, stop, end, source.size()));
      break;
    }
    const char* kind = type < std::size(kTypeNames) ? kTypeNames[type] : "other";
    Part part{fmt::format("{}_{}", kind, i), static_cast<Bytes>(stop - begin), nullptr};
    if (type == kTfliteModel)
      part.source =
          std::make_unique<flat::Section>(source, fmt::format("{}: {}", source.shown(), what),
                                          static_cast<Bytes>(begin), part.bytes);
    if (stop > begin) ranges.emplace_back(begin, stop);
    bundle.parts.push_back(std::move(part));
  }
  std::sort(ranges.begin(), ranges.end());
  for (std::size_t i = 1; i < ranges.size(); ++i) {
    if (ranges[i].first < ranges[i - 1].second)
      reader.fail(fmt::format("two sections overlap at byte {}", ranges[i].first));
  }
  if (!reader.ok()) return reader.error();
  return bundle;
}

}  // namespace weighin::litert
