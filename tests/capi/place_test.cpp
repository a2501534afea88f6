// Is our program found beside the library, in a prefix, and below a multiarch folder?
#include "capi/place.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "support/support.hpp"

namespace weighin::capi {
namespace {

TEST(Place, TheProgramIsFoundFromTheLibrary) {
  const test::TemporaryFolder folder;
  folder.write("bin/weighin", "#!/bin/sh\n");
  const std::string program = (folder.path() / "bin/weighin").string();
  chmod(program.c_str(), 0755);
  for (const char* place : {"bin", "lib", "lib/x86_64-linux-gnu"}) {
    std::filesystem::create_directories(folder.path() / place);
    EXPECT_EQ(program_from((folder.path() / place).string()), program) << place;
  }
}

TEST(Place, WithoutAProgramTheCatalogueTellsThePlace) {
  const test::TemporaryFolder folder;
  folder.write("share/weighin/models.json", "{}");
  EXPECT_EQ(program_from((folder.path() / "lib/x86_64-linux-gnu").string()),
            (folder.path() / "bin/weighin").string());
  EXPECT_EQ(program_from((folder.path() / "lib").string()),
            (folder.path() / "bin/weighin").string());
  EXPECT_EQ(program_from(""), "");
}

TEST(Place, TheOwnFolderIsThatOfThisProgram) {
  EXPECT_EQ(own_folder(), std::filesystem::canonical("/proc/self/exe").parent_path().string());
}

}  // namespace
}  // namespace weighin::capi
