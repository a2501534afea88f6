// Is the child given what its parent wants, and does it refuse to be called wrongly?
#include "bench/gpu/gpu_child.hpp"

#include <gtest/gtest.h>

#include "weighin/host.hpp"

namespace weighin {
namespace {

TEST(GpuBenchChild, ARequestComesBackAsItWas) {
  GpuBenchRequest request;
  request.uuid = "01020304-0506-0708-090a-0b0c0d0e0f10";
  request.name = "A \"GPU\"";
  request.software = true;
  request.sizes = {123, true};
  request.order = {"gpu2", 0.75, 2.5, "decode", "plain"};
  const auto back = read_request(request_text(request));
  ASSERT_TRUE(back.ok()) << to_text(back.error());
  EXPECT_EQ(back->uuid, request.uuid);
  EXPECT_EQ(back->name, request.name);
  EXPECT_TRUE(back->software);
  EXPECT_EQ(back->sizes.most_bytes, 123);
  EXPECT_TRUE(back->sizes.small);
  EXPECT_EQ(back->order.place, "gpu2");
  EXPECT_EQ(back->order.seconds, 0.75);
  EXPECT_EQ(back->order.most_seconds, 2.5);
  EXPECT_EQ(back->order.only, "decode");
  EXPECT_EQ(back->order.variant, "plain");
  EXPECT_EQ(read_request("{}").error().kind, ErrorKind::usage);
  EXPECT_FALSE(read_request("").ok());
  EXPECT_FALSE(read_request("[1]").ok());
}

TEST(GpuBenchChild, RefusesToBeCalledWrongly) {
  const char* const child[] = {"weighin", "__gpu-bench", "library", "{}"};
  const char* const other[] = {"weighin", "bench"};
  EXPECT_TRUE(is_gpu_bench_child(4, child));
  EXPECT_FALSE(is_gpu_bench_child(2, other));
  const auto host = live_host();
  for (const std::vector<std::string>& arguments : {std::vector<std::string>{"__gpu-bench"},
                                                    {"__gpu-bench", "library"},
                                                    {"__gpu-bench", "library", "{}"},
                                                    {"__gpu-bench", "library", "no JSON"},
                                                    {"__gpu-bench", "relay", "library", "{}"},
                                                    {"__gpu-bench", "other", "library", "{}"}}) {
    ChildRequest request;
    request.program = WEIGHIN_PROGRAM;
    request.arguments = arguments;
    request.deadline_seconds = 20.0;
    const ChildAnswer answer = host->run_child(request);
    EXPECT_EQ(answer.code, 64);
    EXPECT_TRUE(answer.output.empty());
  }
}

}  // namespace
}  // namespace weighin
