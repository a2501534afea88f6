// Is the folder for models found, with its file system, and is a disk told from the network?
#include <gtest/gtest.h>

#include "probes/probe.hpp"
#include "support/fake_host.hpp"

namespace weighin {
extern const Probe storage_probe;
namespace {

Volume volume_of(const Host& host, const ProbeOptions& options = {}) {
  DeviceProfile profile;
  storage_probe.run(host, options, profile);
  EXPECT_EQ(profile.storage.size(), 1u);
  return profile.storage.at(0);
}

test::FakeHost laptop() {
  test::FakeHost host;
  host.variables["HOME"] = "/home/someone";
  host.answers["statfs/models"] =
      "path /home/someone\ntotal_bytes 500000000000\nfree_bytes 120000000000\nread_only 0\ndevice "
      "259:2\n";
  host.files["/proc/self/mountinfo"] =
      "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n"
      "30 22 259:2 / /home rw,relatime shared:2 - xfs /dev/nvme0n1p2 rw\n"
      "31 22 0:50 / /home\\040share rw - nfs4 server:/x rw\n";
  host.links["/sys/dev/block/259:2"] = "../../devices/pci0000:00/nvme/nvme0/nvme0n1/nvme0n1p2";
  host.files["/sys/devices/pci0000:00/nvme/nvme0/nvme0n1/queue/rotational"] = "0\n";
  return host;
}

TEST(Storage, TheDefaultIsTheEnginesCache) {
  const Volume volume = volume_of(laptop());
  EXPECT_EQ(volume.path, "~/.cache/llama.cpp");
  EXPECT_EQ(*volume.free_bytes, 120000000000);
  EXPECT_EQ(*volume.total_bytes, 500000000000);
  EXPECT_EQ(*volume.filesystem, "xfs");
  EXPECT_EQ(*volume.network, false);
  EXPECT_EQ(*volume.rotational, false) << "a partition's disk tells";
  EXPECT_EQ(*volume.read_only, false);
}

TEST(Storage, TheUsersChoiceComesFirst) {
  test::FakeHost host = laptop();
  host.variables["LLAMA_CACHE"] = "/data/llama";
  EXPECT_EQ(volume_of(host).path, "/data/llama");
  host.variables["WEIGHIN_MODELS_DIR"] = "/data/models";
  EXPECT_EQ(volume_of(host).path, "/data/models");
  ProbeOptions options;
  options.models_dir = "/mnt/usb";
  EXPECT_EQ(volume_of(host, options).path, "/mnt/usb");
}

TEST(Storage, ANetworkFileSystem) {
  test::FakeHost host = laptop();
  host.answers["statfs/models"] =
      "path /home share/m\ntotal_bytes 1\nfree_bytes 1\nread_only 1\ndevice 0:50\n";
  const Volume volume = volume_of(host);
  EXPECT_EQ(*volume.filesystem, "nfs4");
  EXPECT_EQ(*volume.network, true);
  EXPECT_EQ(*volume.read_only, true);
  EXPECT_FALSE(volume.rotational);
  EXPECT_FALSE(volume.rotational.why.empty());
}

TEST(Storage, RubbishIsNotKnown) {
  test::FakeHost host = laptop();
  host.answers["statfs/models"] = "path\nfree_bytes lots\ntotal_bytes -5\n\x01\x02";
  const Volume volume = volume_of(host);
  EXPECT_FALSE(volume.free_bytes);
  EXPECT_FALSE(volume.total_bytes);
  EXPECT_FALSE(volume.read_only);
  const Volume nothing = volume_of(test::FakeHost{});
  EXPECT_FALSE(nothing.free_bytes);
  EXPECT_FALSE(nothing.free_bytes.why.empty());
}

TEST(Storage, AVirtualDiskIsNotBelieved) {
  test::FakeHost host = laptop();
  host.links["/sys/dev/block/259:2"] = "../../devices/pci0000:00/virtio1/block/vda/vda1";
  host.files["/sys/devices/pci0000:00/virtio1/block/vda/queue/rotational"] = "1\n";
  const Volume volume = volume_of(host);
  EXPECT_EQ(*volume.rotational, true);
  EXPECT_EQ(volume.rotational.confidence, Confidence::low);
}

TEST(Storage, AFileSystemWithItsOwnNumberIsFoundByItsDisk) {
  test::FakeHost host = laptop();
  host.files["/proc/self/mountinfo"] = "30 1 0:40 /@ / rw - btrfs /dev/nvme0n1p2 rw\n";
  host.answers["statfs/models"] =
      "path /home\ntotal_bytes 9\nfree_bytes 5\nread_only 0\ndevice 0:40\n";
  host.links["/sys/class/block/nvme0n1p2"] =
      "../../devices/pci0000:00/nvme/nvme0/nvme0n1/nvme0n1p2";
  EXPECT_EQ(volume_of(host).rotational.value, false);
}

TEST(Storage, ARecordingAnswersForItsOwnFolderAlone) {
  test::FakeHost host = laptop();
  host.answers["statfs/models"] += "asked /home/someone/.cache/llama.cpp\n";
  EXPECT_EQ(*volume_of(host).free_bytes, 120000000000);
  ProbeOptions options;
  options.models_dir = "/mnt/usb";
  EXPECT_FALSE(volume_of(host, options).free_bytes);
  host.answers["statfs/models"] = "path /mnt\ntotal_bytes 9\nfree_bytes 7\nasked /mnt/usb\n";
  EXPECT_EQ(*volume_of(host, options).free_bytes, 7);
  EXPECT_EQ(volume_of(host).path, "/mnt/usb") << "the folder that the recording knows";
}

TEST(Storage, AServerBehindTheFolderIsAskedToo) {
  // The mount says nfs, so the question goes through the thread that may be given up.
  test::FakeHost host;
  host.is_live = true;
  host.files["/proc/self/mountinfo"] = "22 1 0:50 / / rw - nfs4 server:/x rw\n";
  ProbeOptions options;
  options.models_dir = "/tmp";
  const Volume volume = volume_of(host, options);
  ASSERT_TRUE(volume.free_bytes) << volume.free_bytes.why;
  EXPECT_GT(*volume.total_bytes, 0);
  EXPECT_EQ(volume.network.value, true);
}

TEST(Storage, ThisMachineAnswers) {
  const std::unique_ptr<Host> host = live_host();
  ProbeOptions options;
  options.models_dir = "/tmp/no/such/folder/yet";
  const Volume volume = volume_of(*host, options);
  ASSERT_TRUE(volume.free_bytes) << volume.free_bytes.why;
  EXPECT_GT(*volume.total_bytes, 0);
  EXPECT_LE(*volume.free_bytes, *volume.total_bytes);
  // In a chroot the mount that holds "/" is not listed: then the file system is not known, and says
  // why.
  const Result<std::string> mounts = host->read_file("/proc/self/mountinfo", 8u << 20);
  const bool root_listed = mounts && mounts->find(" / / ") != std::string::npos;
  if (root_listed) {
    EXPECT_TRUE(volume.filesystem) << volume.filesystem.why;
  } else {
    EXPECT_TRUE(volume.filesystem || !volume.filesystem.why.empty());
  }
}

}  // namespace
}  // namespace weighin
