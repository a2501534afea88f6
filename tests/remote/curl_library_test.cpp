// Is libcurl found where it is installed, and once?
#include "remote/curl_library.hpp"

#include <gtest/gtest.h>

namespace weighin::remote {
namespace {

TEST(CurlLibrary, IsOpenedOnce) {
  const CurlLibrary* library = curl_library();
  ASSERT_NE(library, nullptr) << "libcurl4 is one of the packages that the tests need";
  EXPECT_EQ(curl_library(), library);
  EXPECT_STREQ(library->easy_strerror(CURLE_OK), "No error");
}

TEST(CurlLibrary, ItsAbsenceIsAnErrorOfTheDevice) {
  EXPECT_EQ(no_curl().kind, ErrorKind::no_input);
  EXPECT_NE(no_curl().hint.find("libcurl4"), std::string::npos);
}

}  // namespace
}  // namespace weighin::remote
