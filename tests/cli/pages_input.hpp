// What are the pages of `weighin explain` tried with?
#pragma once

#include <gtest/gtest.h>

#include "cli/pages.hpp"
#include "support/support.hpp"

namespace weighin::test {

inline const Catalogue& catalogue() {
  static const Catalogue kCatalogue = [] {
    auto read = read_catalogue(slurp(source_folder() / "models.json"), "models.json");
    EXPECT_TRUE(read);
    return read ? *read : Catalogue{};
  }();
  return kCatalogue;
}

inline std::string page(const char* topic, const char* name, double usable_gib = 8) {
  DeviceProfile profile;
  profile.memory.usable_bytes =
      Known<Bytes>::of(static_cast<Bytes>(usable_gib * static_cast<double>(kGiB)), "test");
  const auto model = find_model(catalogue(), name);
  EXPECT_TRUE(model) << name;
  const Topic* found = find_topic(topic);
  EXPECT_NE(found, nullptr) << topic;
  if (!model || found == nullptr) return {};
  const Measurements none;
  return found->page({profile, *model, catalogue(), none, Plan{}, RenderOptions{}});
}

inline void expect_says(const std::string& page, const char* words) {
  EXPECT_NE(page.find(words), std::string::npos) << words << " in\n" << page;
}

}  // namespace weighin::test
