// Is a machine that was recorded the same machine when it is replayed, without its owner's names?
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/fake_host.hpp"
#include "support/support.hpp"
#include "weighin/host.hpp"

namespace weighin {
namespace {

using test::FakeHost;
using test::TemporaryFolder;

FakeHost a_machine() {
  FakeHost host;
  host.files["/proc/meminfo"] = "MemTotal: 1 kB\n";
  host.files["/proc/sys/kernel/hostname"] = "annas-laptop\n";
  host.files["/sys/devices/pci0/vda/queue/rotational"] = "1\n";
  host.files["/sys/devices/pci0/vda/size"] = "77\n";
  host.links["/sys/dev/block/254:0"] = "../../devices/pci0/vda";
  host.files["/sys/class/net/eth0/address"] = "00:16:3e:aa:bb:cc\n";
  host.unreadable["/proc/secret"] = "Permission denied";
  host.variables["HOME"] = "/home/anna";
  host.variables["USER"] = "anna";
  host.cpuids[{7, 0}] = {0, 1, 2, 3};
  host.xcr0_value = 0xe7;
  host.answers["statfs/models"] = "{\"path\": \"/home/anna/models\"}";
  return host;
}

// Asks everything that a probe could.
std::vector<std::string> interview(const Host& host) {
  std::vector<std::string> said;
  const auto text = [&](const Result<std::string>& answer) {
    said.push_back(answer ? *answer : answer.error().what);
  };
  text(host.read_file("/proc/meminfo", 4096));
  text(host.read_file("/proc/secret", 4096));
  text(host.read_file("/proc/none", 4096));
  text(host.read_link("/sys/dev/block/254:0"));
  text(host.read_file("/sys/dev/block/254:0/queue/rotational", 4096));
  text(host.read_file("/sys/dev/block/254:0/size", 4096));
  text(host.read_link("/proc/meminfo"));
  text(host.ask("vulkan.json", nullptr));
  const auto names = host.list_directory("/sys/class/net");
  for (const auto& name : *names) said.push_back(name);
  said.push_back(host.list_directory("/sys/none") ? "there" : "not there");
  const auto leaf = host.cpuid(7, 0);
  said.push_back(leaf ? std::to_string(leaf->edx) : "none");
  said.push_back(host.cpuid(8, 0) ? "there" : "none");
  said.push_back(std::to_string(host.xcr0().value_or(0)));
  return said;
}

TEST(RecordingHost, ReplayAnswersAlike) {
  const FakeHost fake = a_machine();
  const RecordingHost recorder(fake);
  const auto live = interview(recorder);
  TemporaryFolder folder;
  const std::string to = (folder.path() / "saved").string();
  const auto saved = recorder.save(to);
  ASSERT_TRUE(saved.ok()) << saved.error().what;
  auto replay = recorded_host(to);
  ASSERT_TRUE(replay.ok()) << replay.error().what;
  EXPECT_EQ(interview(**replay), live);
}

TEST(RecordingHost, EvidenceIsInOrderWithReasons) {
  const FakeHost fake = a_machine();
  const RecordingHost recorder(fake);
  interview(recorder);
  recorder.environment("HOME");
  recorder.environment("NOT_SET");
  ChildRequest request;
  request.program = "/bin/x";
  recorder.run_child(request);
  const auto evidence = recorder.evidence();
  ASSERT_GE(evidence.size(), 10u);
  EXPECT_EQ(evidence[0].question, "read /proc/meminfo");
  EXPECT_TRUE(evidence[0].answered);
  EXPECT_EQ(evidence[0].answer, "MemTotal: 1 kB\n");
  EXPECT_GT(evidence[0].seconds, 0);
  EXPECT_EQ(evidence[1].answer, "cannot read /proc/secret: Permission denied");
  EXPECT_FALSE(evidence[1].answered);
  EXPECT_EQ(evidence[evidence.size() - 2].question, "environment NOT_SET");
  EXPECT_FALSE(evidence[evidence.size() - 2].answered);
  EXPECT_EQ(evidence.back().answer, "a fake machine runs no programs");
}

TEST(RecordingHost, NothingSavedNamesItsOwner) {
  const FakeHost fake = a_machine();
  const RecordingHost recorder(fake);
  interview(recorder);
  recorder.read_file("/proc/sys/kernel/hostname", 100);
  recorder.read_file("/sys/class/net/eth0/address", 100);
  recorder.ask("statfs/models", nullptr);
  recorder.environment("HOME");
  recorder.environment("USER");
  recorder.read_file("/home/anna/models/none", 100);
  TemporaryFolder folder;
  ASSERT_TRUE(recorder.save((folder.path() / "saved").string()).ok());
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path() / "saved")) {
    EXPECT_EQ(entry.path().string().find("anna"), std::string::npos) << entry.path();
    if (!entry.is_regular_file()) continue;
    ++files;
    EXPECT_THAT(test::slurp(entry.path()), testing::Not(testing::HasSubstr("anna")))
        << entry.path();
    EXPECT_THAT(test::slurp(entry.path()), testing::Not(testing::HasSubstr("aa:bb:cc")))
        << entry.path();
  }
  EXPECT_GE(files, 8u);
  EXPECT_EQ(test::slurp(folder.path() / "saved/answers/statfs/models"),
            "{\"path\": \"/home/-/models\"}");
  EXPECT_EQ(test::slurp(folder.path() / "saved/environment.txt"), "HOME=/home/-\nUSER=-\n");
}

TEST(RecordingHost, TheFirstAnswerIsKept) {
  FakeHost fake = a_machine();
  const RecordingHost recorder(fake);
  recorder.read_file("/proc/meminfo", 4096);
  fake.files["/proc/meminfo"] = "later";
  EXPECT_EQ(*recorder.read_file("/proc/meminfo", 4096), "later");
  TemporaryFolder folder;
  ASSERT_TRUE(recorder.save((folder.path() / "saved").string()).ok());
  EXPECT_EQ(test::slurp(folder.path() / "saved/root/proc/meminfo"), "MemTotal: 1 kB\n");
}

TEST(RecordingHost, DoesNotWriteIntoAFullFolderOrWhereItMayNot) {
  const FakeHost fake = a_machine();
  const RecordingHost recorder(fake);
  TemporaryFolder folder;
  folder.write("there", "x");
  EXPECT_EQ(recorder.save(folder.path().string()).error().kind, ErrorKind::io);
  EXPECT_EQ(recorder.save((folder.path() / "there/below").string()).error().kind, ErrorKind::io);
  EXPECT_EQ(recorder.save("/proc/no").error().kind, ErrorKind::io);
}

TEST(RecordingHost, PassesTheRestThrough) {
  const FakeHost fake = a_machine();
  const RecordingHost recorder(fake);
  EXPECT_FALSE(recorder.live());
  EXPECT_EQ(recorder.name(), "fake");
  EXPECT_EQ(recorder.root(), "");
  const double before = recorder.now_seconds();
  EXPECT_LT(before, recorder.now_seconds());
}

}  // namespace
}  // namespace weighin
