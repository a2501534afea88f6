// Is libzip found where it is installed, and once?
#include "catalogue/readers/zip_library.hpp"

#include <gtest/gtest.h>

namespace weighin::litert {
namespace {

TEST(ZipLibrary, IsOpenedOnce) {
  const ZipLibrary* library = zip_library();
  ASSERT_NE(library, nullptr) << "libzip4 is one of the packages that the tests need";
  EXPECT_EQ(zip_library(), library);
  zip_error_t error;
  library->error_init(&error);
  library->error_set(&error, ZIP_ER_NOZIP, 0);
  EXPECT_STREQ(library->error_strerror(&error), "Not a zip archive");
  library->error_fini(&error);
}

}  // namespace
}  // namespace weighin::litert
