// Does each refusal say what it is and what to do?
#include "remote/http_errors.hpp"

#include <gtest/gtest.h>

#include "remote/curl_library.hpp"

namespace weighin::remote {
namespace {

TEST(HttpErrors, StatusesAreTold) {
  for (const long status : {401L, 403L, 404L, 410L, 416L, 429L, 500L, 503L, 418L, 0L}) {
    const Error error = status_error(status, "https://host/m", false, "");
    EXPECT_EQ(error.kind, ErrorKind::no_input);
    EXPECT_NE(error.what.find(std::to_string(status)), std::string::npos) << error.what;
    EXPECT_NE(error.what.find("https://host/m"), std::string::npos);
    EXPECT_FALSE(error.hint.empty());
  }
  EXPECT_NE(status_error(401, "hf://a/b", true, "").hint.find("HF_TOKEN"), std::string::npos);
  EXPECT_EQ(status_error(401, "https://host/m", false, "").hint.find("HF_TOKEN"),
            std::string::npos);
  EXPECT_NE(status_error(429, "x", false, "7").hint.find("7 seconds"), std::string::npos);
}

TEST(HttpErrors, BrokenTransfersAreTold) {
  for (const CURLcode code :
       {CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_CONNECT, CURLE_OPERATION_TIMEDOUT,
        CURLE_PARTIAL_FILE, CURLE_SSL_CONNECT_ERROR, CURLE_WEIRD_SERVER_REPLY}) {
    const Error error = transfer_error(code, "https://host/m", "", 15);
    EXPECT_EQ(error.kind, ErrorKind::no_input);
    EXPECT_NE(error.what.find(curl_library()->easy_strerror(code)), std::string::npos) << error.what;
    EXPECT_FALSE(error.hint.empty());
  }
}

}  // namespace
}  // namespace weighin::remote
