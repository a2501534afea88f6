// Is what was said of the process kept, and is nothing of it changed then?
#include "weighin/process.hpp"

#include <gtest/gtest.h>
#include <sys/prctl.h>

#include "core/orphans.hpp"

namespace weighin {
namespace {

TEST(Process, IsLeftAsItIsWhereItIsNotOurs) {
  process_is_not_ours();
  EXPECT_FALSE(is_process_ours());
  const Adoption adoption;
  int adopts = -1;
  ASSERT_EQ(prctl(PR_GET_CHILD_SUBREAPER, &adopts, 0, 0, 0), 0);
  EXPECT_EQ(adopts, 0);
}

}  // namespace
}  // namespace weighin
