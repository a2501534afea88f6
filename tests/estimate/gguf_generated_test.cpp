// Is a file of another writer read as what that writer wrote: size, header, weights, every tensor?
//
// The writer lies beside the checkout, where it lies at all: without it this is skipped.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>

#include "estimate/shapes.hpp"
#include "estimate/tensors.hpp"
#include "weighin/model_file.hpp"

namespace weighin {
namespace {

std::string written_name(const Tensor& tensor) {
  return tensor.layer < 0 ? std::string(tensor.name)
                          : fmt::format("blk.{}.{}", tensor.layer, tensor.name);
}

TEST(GgufGenerated, EveryModelOfTheWriterIsReadToTheByte) {
  const auto script = test::shared_folder() / "tools" / "make_gguf.py";
  if (test::shared_folder().empty() || !std::filesystem::exists(script))
    GTEST_SKIP() << "there is no folder `shared` with tools/make_gguf.py beside the checkout";
  const test::TemporaryFolder temporary;
  const std::string answer = (temporary.path() / "answer.txt").string();
  const auto run = [&](const std::string& arguments) {
    const std::string command = fmt::format("/usr/bin/python3 '{}' {} > '{}' 2> /dev/null",
                                            script.string(), arguments, answer);
    return std::system(command.c_str()) == 0 ? test::slurp(answer) : std::string();
  };
  std::istringstream list(run("--list"));
  if (list.str().empty()) GTEST_SKIP() << "its writer does not run here (it needs numpy)";
  const auto folder = local_folder(temporary.path().string());
  ASSERT_TRUE(folder.ok());
  int models = 0;
  std::string name, architecture, word;
  std::int64_t parameters = 0;
  while (list >> name >> architecture >> parameters >> word) {
    SCOPED_TRACE(name);
    const std::string file = name + ".gguf";
    // "(total bytes, weights, header bytes)"
    const std::string written =
        run(fmt::format("'{}' F16 '{}'", name, (temporary.path() / file).string()));
    long long total = 0, all = 0, header = 0;
    ASSERT_EQ(std::sscanf(written.c_str(), "(%lld, %lld, %lld)", &total, &all, &header), 3);
    const auto spec = read_model(**folder, file);
    ASSERT_TRUE(spec.ok()) << to_text(spec.error());
    EXPECT_EQ(spec->file->total_bytes, total);
    EXPECT_EQ(spec->file->header_bytes, header);
    EXPECT_LE(spec->file->bytes_read, header + Bytes{68} * kKiB);
    EXPECT_EQ(spec->file->parameters, parameters);
    ASSERT_TRUE(spec->shape);
    EXPECT_EQ(spec->shape->architecture, architecture);
    // The shape lists the very tensors of the file.
    const auto tensors = tensors_of(*spec->shape);
    ASSERT_TRUE(tensors);
    std::map<std::string, std::int64_t> listed, held;
    for (const Tensor& tensor : *tensors) {
      if (tensor.in_file) listed[written_name(tensor)] = tensor.elements();
    }
    for (const FileTensor& tensor : spec->file->tensors) held[tensor.name] = tensor.weights;
    EXPECT_EQ(listed, held);
    const auto counted = count_parameters(*spec->shape);
    ASSERT_TRUE(counted);
    EXPECT_EQ(counted->total, parameters);
    EXPECT_EQ(counted->active, *spec->active_parameters);
    if (const auto known = find_model(test::catalogue(), name);
        known && known->shape->file_vocab == 0) {
      EXPECT_EQ(*known->parameters, parameters);
    }
    std::filesystem::remove(temporary.path() / file);
    ++models;
  }
  EXPECT_GE(models, 30);
}

}  // namespace
}  // namespace weighin
