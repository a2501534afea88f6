// What does a topology say that hwloc has written as XML?
//
// Read by ourselves and not by hwloc's importer: the text may come from anywhere (--device), and
// all that we take from it is counts.
#include "probes/cpu/hwloc_xml.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <charconv>

#include "probes/cpu/xml_tags.hpp"

namespace weighin {
namespace {

constexpr std::size_t kMostBytes = 64u << 20;
constexpr std::size_t kMostLevels = 512;
constexpr std::size_t kMostThreads = 65536;
constexpr std::size_t kMostRows = 4096;  // caches of unlike sizes, NUMA nodes, kinds

template <class T>
std::optional<T> number(std::string_view text, int base = 10) {
  T value{};
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (text.empty() || problem != std::errc{} || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return value;
}

/// Words of 32 bits, lowest first. hwloc writes "0x000000ff,,0x1", highest first, empty for 0.
std::vector<std::uint32_t> cpuset(std::string_view text) {
  std::vector<std::uint32_t> bits;
  while (!text.empty() && bits.size() < kMostThreads / 32) {
    const std::size_t comma = text.rfind(',');
    std::string_view word = comma == std::string_view::npos ? text : text.substr(comma + 1);
    text = comma == std::string_view::npos ? std::string_view{} : text.substr(0, comma);
    if (word.starts_with("0x")) word.remove_prefix(2);
    const auto value = number<std::uint32_t>(word, 16);
    if (!value && !word.empty()) return {};  // "0xf...f": all that there could be
    bits.push_back(value.value_or(0));
  }
  return bits;
}

std::int64_t count_of(const std::vector<std::uint32_t>& bits) {
  std::int64_t count = 0;
  for (const std::uint32_t word : bits) count += std::popcount(word);
  return count;
}

std::vector<std::int64_t> members(const std::vector<std::uint32_t>& bits) {
  std::vector<std::int64_t> list;
  for (std::size_t word = 0; word < bits.size(); ++word) {
    for (std::size_t bit = 0; bit < 32; ++bit) {
      if ((bits[word] >> bit) & 1u) list.push_back(static_cast<std::int64_t>(word * 32 + bit));
    }
  }
  return list;
}

/// What an open tag means for those within it.
struct Level {
  bool data_cache_above = false;
  std::int64_t core = -1;
};

class Reader {
 public:
  Result<TopologyFacts> read(std::string_view xml);

 private:
  const char* take(const XmlTag& tag);
  const char* take_object(const XmlTag& tag, Level& level);
  const char* take_cache(const XmlTag& tag, Level& level);
  const char* take_node(const XmlTag& tag);
  const char* take_kind(const XmlTag& tag);
  void take_kind_info(const XmlTag& tag);

  TopologyFacts facts_;
  std::vector<Level> levels_;
  std::optional<std::size_t> kind_level_;  ///< depth of the open <cpukind>
  bool is_topology_ = false;
};

const char* Reader::take_cache(const XmlTag& tag, Level& level) {
  const auto size = number<Bytes>(tag.value("cache_size"));
  const auto depth = number<std::int64_t>(tag.value("depth"));
  if (!depth || *depth < 1 || *depth > 16) return "a cache of no level";
  const std::string_view kind = tag.value("cache_type");
  const char* type = kind == "2" ? "instruction" : kind == "1" ? "data" : "unified";
  const bool instruction = kind == "2";
  const bool outermost = !instruction && !level.data_cache_above;
  level.data_cache_above = level.data_cache_above || !instruction;
  if (!size || *size <= 0) return nullptr;  // the kernel did not tell: not known is not 0
  const auto same = [&](const Cache& cache) {
    return cache.level == *depth && cache.type == type && cache.bytes == *size;
  };
  auto found = std::find_if(facts_.caches.begin(), facts_.caches.end(), same);
  if (found == facts_.caches.end()) {
    if (facts_.caches.size() >= kMostRows) return "too many unlike caches";
    found = facts_.caches.insert(found, Cache{*depth, type, *size, 0});
  }
  ++found->count;
  if (outermost) {
    const auto sum = checked_add(facts_.last_level_bytes.value_or(0), *size);
    if (!sum) return "caches larger than 63 bits";
    facts_.last_level_bytes = *sum;
  }
  return nullptr;
}

const char* Reader::take_node(const XmlTag& tag) {
  if (tag.value("subtype") == "GPUMemory") return nullptr;
  if (facts_.nodes.size() >= kMostRows) return "too many NUMA nodes";
  NumaNode node;
  node.index = number<std::int64_t>(tag.value("os_index")).value_or(0);
  const auto bytes = number<Bytes>(tag.value("local_memory"));
  node.bytes = bytes && *bytes > 0 ? Known<Bytes>::of(*bytes, "hwloc")
                                   : Known<Bytes>::unknown(Status::unsupported,
                                                           "the node reports no memory", "hwloc");
  node.cpus = count_of(cpuset(tag.value("cpuset")));
  facts_.nodes.push_back(std::move(node));
  return nullptr;
}

const char* Reader::take_object(const XmlTag& tag, Level& level) {
  const std::string_view type = tag.value("type");
  if (type == "Package" || type == "Socket") {
    ++facts_.packages;
  } else if (type == "Core") {
    level.core = facts_.cores++;
  } else if (type == "PU") {
    if (facts_.threads.size() >= kMostThreads) return "too many logical processors";
    const auto index = number<std::int64_t>(tag.value("os_index"));
    if (!index || *index < 0) return "a logical processor without a number";
    facts_.threads.push_back({*index, level.core});
  } else if (type == "NUMANode" || type == "Node") {
    return take_node(tag);
  } else if (type == "Cache" || (type.size() >= 7 && type[0] == 'L' && type.ends_with("Cache"))) {
    return take_cache(tag, level);
  }
  return nullptr;
}

const char* Reader::take_kind(const XmlTag& tag) {
  if (facts_.kinds.size() >= kMostRows) return "too many kinds of cores";
  KindHint kind;
  kind.threads = members(cpuset(tag.value("cpuset")));
  const auto efficiency = number<std::int64_t>(tag.value("forced_efficiency"));
  if (efficiency && *efficiency >= 0) kind.efficiency = *efficiency;
  facts_.kinds.push_back(std::move(kind));
  return nullptr;
}

void Reader::take_kind_info(const XmlTag& tag) {
  KindHint& kind = facts_.kinds.back();
  const std::string_view name = tag.value("name");
  const std::string_view value = tag.value("value");
  if (name == "CoreType") kind.core_type = value.substr(0, 64);
  if (name == "LinuxCapacity") kind.capacity = number<std::int64_t>(value);
  if (name == "FrequencyMaxMHz") {
    const auto mega = number<std::int64_t>(value);
    if (mega && *mega > 0 && *mega < 1'000'000) kind.max_hertz = static_cast<double>(*mega) * 1e6;
  }
}

const char* Reader::take(const XmlTag& tag) {
  if (tag.kind == XmlTag::Kind::close) {
    if (levels_.empty()) return "more tags are closed than opened";
    levels_.pop_back();
    if (kind_level_ && levels_.size() <= *kind_level_) kind_level_.reset();
    return nullptr;
  }
  Level level = levels_.empty() ? Level{} : levels_.back();
  const char* problem = nullptr;
  if (levels_.empty()) {
    if (tag.name != "topology") return "not a topology";
    is_topology_ = true;
  } else if (tag.name == "object") {
    problem = take_object(tag, level);
  } else if (tag.name == "cpukind") {
    problem = take_kind(tag);
    if (tag.kind == XmlTag::Kind::open) kind_level_ = levels_.size();
  } else if (tag.name == "info" && kind_level_) {
    take_kind_info(tag);
  }
  if (tag.kind == XmlTag::Kind::open) {
    if (levels_.size() >= kMostLevels) return "nested too deeply";
    levels_.push_back(level);
  }
  return problem;
}

Result<TopologyFacts> Reader::read(std::string_view xml) {
  const auto fail = [](std::string_view what, std::size_t at) {
    return Error{ErrorKind::data, fmt::format("hwloc's XML cannot be read: {}", what),
                 fmt::format("byte {}", at), ""};
  };
  if (xml.size() > kMostBytes) return fail("larger than 64 MiB", kMostBytes);
  XmlTags tags(xml);
  XmlTag tag;
  while (tags.next(tag)) {
    if (const char* problem = take(tag)) return fail(problem, tags.position());
  }
  if (tags.broken()) return fail("not XML", tags.position());
  if (!is_topology_) return fail("not a topology", 0);
  if (!levels_.empty()) return fail("it ends too early", xml.size());
  if (facts_.threads.empty()) return fail("it names no logical processor", xml.size());
  std::stable_sort(facts_.caches.begin(), facts_.caches.end(), [](const auto& a, const auto& b) {
    return a.level != b.level ? a.level < b.level
                              : (a.type == "instruction") < (b.type == "instruction");
  });
  std::stable_sort(facts_.nodes.begin(), facts_.nodes.end(),
                   [](const auto& a, const auto& b) { return a.index < b.index; });
  facts_.source = "hwloc";
  return std::move(facts_);
}

}  // namespace

Result<TopologyFacts> read_hwloc_xml(std::string_view xml) { return Reader().read(xml); }

}  // namespace weighin
