// Is each lie that a file for LiteRT can tell refused, with the field and the limit?
#include <gtest/gtest.h>

#include <cstring>

#include "catalogue/litert_files.hpp"
#include "catalogue/readers/litert_parts.hpp"
#include "weighin/model_file.hpp"

namespace weighin {
namespace {

using namespace test;

template <class T>
std::string with(std::string bytes, std::size_t at, T value) {
  std::memcpy(bytes.data() + at, &value, sizeof(value));
  return bytes;
}

template <class T>
T at(const std::string& bytes, std::size_t place) {
  T value;
  std::memcpy(&value, bytes.data() + place, sizeof(value));
  return value;
}

struct Case {
  const char* name;
  std::string bytes;
  const char* says;
};

std::vector<Case> flat_cases() {
  const std::string good = lite_model(lite_tensors());
  const std::size_t root = at<std::uint32_t>(good, 0);
  const auto list =
      static_cast<std::size_t>(static_cast<std::int64_t>(root) - at<std::int32_t>(good, root));
  return {
      {"root offset beyond", with<std::uint32_t>(good, 0, 0xfffffff0U), "the root table"},
      {"root offset 0", with<std::uint32_t>(good, 0, 0), "offset is 0"},
      {"list of fields before the file", with<std::int32_t>(good, root, 0x7fffffff), "root table"},
      {"list of fields beyond", with<std::int32_t>(good, root, -0x7ffffff0), "root table"},
      {"list of fields of 2 bytes", with<std::uint16_t>(good, list, 2), "2 bytes"},
      {"list of fields of 65534 bytes", with<std::uint16_t>(good, list, 0xfffe), "beyond the file"},
      {"field outside its table", with<std::uint16_t>(good, list + 4 + 2 * 4, 0x7fff), "outside"},
      {"buffer that is not there", lite_model({{"w", 0, {1}, 4, 0, 0, 9}}), "buffer 9 of 2"},
      {"unknown type", lite_model({{"w", 77, {1}, 4}}), "type 77"},
      {"negative type", lite_model({{"w", -1, {1}, 4}}), "type 255"},
      {"negative shape", lite_model({{"w", 0, {-1}, 4}}), "negative"},
      {"shape overflows", lite_model({{"w", 0, {1 << 30, 1 << 30, 1 << 30}, 4}}), "limit of"},
      {"shape overflows beside a 0",
       lite_model({{"w", 0, {1 << 30, 1 << 30, 1 << 30, 1, 1, 0}, 4}}), "limit of"},
      {"17 dimensions", lite_model({{"w", 0, std::vector<std::int32_t>(17, 1), 4}}), "limit of 16"},
      {"buffer too small", lite_model({{"w", 0, {100}, 4}}), "takes 400 bytes, its buffer has 4"},
      {"outside beyond the end", lite_model({{"w", 0, {100}, 0, 4096, 400}}), "lead beyond"},
      {"outside wraps", lite_model({{"w", 0, {1}, 0, ~0ULL, 2}}), "lead beyond"},
      {"size wraps", lite_model({{"w", 0, {1}, 0, 8, ~0ULL}}), "lead beyond"},
      {"inside and outside", lite_model({{"w", 0, {1}, 4, 8, 4}}), "inside and outside"},
      {"two over each other", lite_model({{"v", 9, {8}, 0, 8, 8}, {"w", 9, {8}, 0, 12, 8}}),
       "overlap"},
      {"long name", lite_model({{std::string(5000, 'n'), 0, {1}, 4}}), "limit of 1024"},
  };
}

std::vector<Case> lm_cases() {
  const auto file = [](const std::vector<LmSection>& sections, std::size_t size = 4096) {
    const std::string header = lm_header(sections);
    std::string made = lm_front(1, 32 + header.size()) + header;
    made.resize(std::max(made.size(), size));
    return made;
  };
  std::vector<LmSection> many(300, LmSection{2048, 2049, 4});
  return {
      {"front cut off", "LITERTLM\1\0\0", "version"},
      {"version 9", lm_front(9, 64) + std::string(64, '\0'), "version 9"},
      {"header ends before it begins", lm_front(1, 8) + std::string(64, '\0'), "ends at 8"},
      {"header ends beyond", lm_front(1, ~0ULL) + std::string(64, '\0'), "outside the file's 96"},
      {"header too large", lm_front(1, 2 << 20) + std::string(3 << 20, '\0'), "limit of 1048576"},
      {"header of zeros", lm_front(1, 64) + std::string(64, '\0'), "offset is 0"},
      {"section beyond", file({{2048, 1 << 20, 3}}), "section 0"},
      {"section backwards", file({{3000, 2048, 3}}), "section 0"},
      {"section over the header", file({{0, 2048, 3}}), "section 0"},
      {"sections overlap", file({{2048, 3000, 4}, {2500, 3500, 4}}), "overlap"},
      {"too many sections", file(many, 65536), "limit of 256"},
      {"no model", file({{2048, 3000, 4}}), "none of its 1 parts"},
      {"a model of zeros", file({{2048, 3000, 3}}), "offset is 0"},
  };
}

std::vector<Case> zip_cases() {
  const std::string model = lite_model(lite_tensors());
  const std::string good = zip_file({{"TF_LITE_PREFILL_DECODE", model}, {"METADATA", "m"}});
  const std::size_t directory = good.find("PK\1\2");
  const std::size_t end = good.rfind("PK\5\6");
  std::vector<std::pair<std::string, std::string>> many;
  for (std::size_t i = 0; i <= litert::kMostEntries; ++i) many.emplace_back(std::to_string(i), "");
  std::vector<std::pair<std::string, std::string>> wide;
  for (int i = 0; i < 40; ++i) wide.emplace_back(std::to_string(i) + std::string(60000, 'n'), "");
  std::string over = good;  // both entries claim the whole model
  const std::size_t second = good.find("PK\1\2", directory + 4);
  over = with<std::uint32_t>(over, second + 20, static_cast<std::uint32_t>(model.size()));
  over = with<std::uint32_t>(over, second + 24, static_cast<std::uint32_t>(model.size()));
  return {
      {"cut off", good.substr(0, good.size() - 30), "zip directory"},
      {"directory beyond", with<std::uint32_t>(good, end + 16, 0x7fffffff), "zip directory"},
      {"entries that are not there", with<std::uint16_t>(good, end + 10, 9000), "zip directory"},
      {"stored size lies", with<std::uint32_t>(good, directory + 24, 0x40000000), "is stored"},
      {"entries take more than the file", over, "take more than the file"},
      {"entry larger than the file",
       with<std::uint32_t>(with<std::uint32_t>(good, directory + 20, 0x70000000), directory + 24,
                           0x70000000),
       "take more than the file"},
      {"compressed (a bomb of zeros)",
       zip_file({{"TF_LITE_PREFILL_DECODE", std::string(4 << 20, '\0')}}, false),
       "nothing is inflated"},
      {"too many entries", zip_file(many), "limit of 1024"},
      {"directory too large", zip_file(wide), "limit of 1048576"},
      {"no model in it", zip_file({{"METADATA", "m"}}), "none of its 1 parts"},
      {"a .tflite that is none", zip_file({{"x.tflite", "no model at all"}}), "no TensorFlow Lite"},
  };
}

void expect_refused(const std::vector<Case>& cases, const std::string& name) {
  for (const Case& each : cases) {
    const auto spec = read_model(*folder_in_memory("f", {{name, each.bytes}}), name);
    ASSERT_FALSE(spec.ok()) << each.name;
    EXPECT_EQ(spec.error().kind, ErrorKind::data) << each.name;
    EXPECT_NE(spec.error().what.find(name), std::string::npos) << each.name;
    EXPECT_NE(spec.error().what.find(each.says), std::string::npos)
        << each.name << ": " << spec.error().what;
    EXPECT_FALSE(spec.error().hint.empty()) << each.name;
  }
}

TEST(HostileLiteRt, FlatBuffers) { expect_refused(flat_cases(), "m.tflite"); }
TEST(HostileLiteRt, Bundles) { expect_refused(lm_cases(), "m.litertlm"); }
TEST(HostileLiteRt, Zips) { expect_refused(zip_cases(), "m.task"); }

TEST(HostileLiteRt, CutAnywhereNothingBreaks) {
  for (const std::string& good :
       {lite_model(lite_tensors()), zip_file({{"TF_LITE_X", lite_model({{"w", 0, {1}, 4}})}})}) {
    for (std::size_t size = 1; size < good.size(); size += size < 600 ? 1 : 97) {
      const auto spec = read_model(*folder_in_memory("f", {{"m", good.substr(0, size)}}), "m");
      if (!spec.ok()) {
        EXPECT_EQ(spec.error().kind, ErrorKind::data) << size;
      }
    }
  }
}

}  // namespace
}  // namespace weighin
