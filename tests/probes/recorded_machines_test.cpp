// Do the probes tell of machines that others wrote down what those others found?
//
// Walks through the folder of recorded machines beside the checkout (see support.hpp). Skipped
// where it is absent; the small machines in tests/machines are checked everywhere.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>

#include "probes/probe.hpp"
#include "support/fake_host.hpp"
#include "support/support.hpp"

namespace weighin {
namespace {

namespace fs = std::filesystem;
using Ids = std::vector<std::string>;

fs::path machines() {
  const fs::path shared = test::shared_folder();
  return shared.empty() || !fs::exists(shared / "machines") ? fs::path{} : shared / "machines";
}

#define SKIP_WITHOUT_MACHINES() \
  if (machines().empty()) GTEST_SKIP() << "the folder of recorded machines is not here"

// Unpacks an archive into a folder of its own; tar is in every Debian.
void unpack(const fs::path& archive, const fs::path& folder) {
  fs::create_directories(folder);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    // Links to blocks of memory and PCI devices are half of all files, and nobody reads them.
    execlp("tar", "tar", "-xf", archive.c_str(), "-C", folder.c_str(), "--exclude=*/memory[0-9]*",
           "--exclude=*/sys/devices/pci*", nullptr);
    _exit(127);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_EQ(status, 0) << "tar could not unpack " << archive;
}

// The one folder in an unpacked archive.
fs::path only_folder(const fs::path& folder) {
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.is_directory()) return entry.path();
  }
  return folder;
}

const Probe* probe_named(std::string_view name) {
  for (const Probe* each : probe_table()) {
    if (each->name == name) return each;
  }
  return nullptr;
}

// All probes but that of the GPUs.
DeviceProfile profile_of(const Host& host) {
  ProbeOptions options;
  options.gpu = false;
  return probe(host, options);
}

DeviceProfile profile_of_folder(const fs::path& folder) {
  const auto host = recorded_host(folder.string());
  EXPECT_TRUE(host.ok()) << folder << ": " << (host.ok() ? "" : to_text(host.error()));
  return host.ok() ? profile_of(**host) : DeviceProfile{};
}

// ---- hwloc's collected Linux trees, against what lstopo said of each

using Counts = std::map<std::string, std::int64_t>;

// "depth 2:  4 Core (type #3)", also "Special depth -3: 2 NUMANode (type #14)"; L1d as L1.
Counts counts_of_console(const std::string& text) {
  Counts counts;
  static const std::regex kLine(R"(depth -?\d+:\s+(\d+) (\w+) \(type)");
  for (std::sregex_iterator at(text.begin(), text.end(), kLine), end; at != end; ++at) {
    counts[std::regex_replace((*at)[2].str(), std::regex("dCache"), "Cache")] +=
        std::stoll((*at)[1].str());
  }
  return counts;
}

Counts counts_of_xml(const std::string& text) {
  Counts counts;
  static const std::regex kObject("<object type=\"(\\w+)\"");
  for (std::sregex_iterator at(text.begin(), text.end(), kObject), end; at != end; ++at) {
    ++counts[std::regex_replace((*at)[1].str(), std::regex("dCache"), "Cache")];
  }
  return counts;
}

Counts counts_of(const Cpu& cpu) {
  Counts counts{{"PU", cpu.logical_cores.value_or(-1)},
                {"NUMANode", static_cast<std::int64_t>(cpu.numa_nodes.size())}};
  // What is taken for granted is not what hwloc saw.
  if (cpu.physical_cores.known_by != KnownBy::assumed)
    counts["Core"] = cpu.physical_cores.value_or(-1);
  if (cpu.sockets.known_by != KnownBy::assumed) counts["Package"] = cpu.sockets.value_or(-1);
  for (const Cache& cache : cpu.caches) {
    if (cache.type != "instruction")
      counts["L" + std::to_string(cache.level) + "Cache"] += cache.count;
  }
  return counts;
}

struct Expected {
  fs::path tree, answer;
};

// The rows "…expected output… [of X.tar.bz2]" of the manifest.
std::vector<Expected> hwloc_rows(const std::string& folder) {
  std::vector<Expected> rows;
  std::ifstream manifest(machines() / "MANIFEST.csv");
  static const std::regex kOf(R"(\[of ([^\]]+\.tar\.bz2)\])");
  for (std::string line; std::getline(manifest, line);) {
    const fs::path path = line.substr(0, line.find(','));
    std::smatch match;
    if (path.parent_path() != folder || !std::regex_search(line, match, kOf)) continue;
    rows.push_back({machines() / folder / match[1].str(), machines() / path});
  }
  return rows;
}

// Answers that were made with an option that changes what is counted: processors which a cpuset
// takes away are left out of these, and kept by us; structure without effect is merged; GPU memory
// is kept.
const std::set<std::string> kOtherOptions{"16amd64-4n4c-cgroup-distance-merge.console",
                                          "16amd64-8n2c-cpusets-xml.xml",
                                          "16amd64-8n2c-cpusets.console",
                                          "16em64t-4s2ca2c-cpusetreorder-merge.console",
                                          "16em64t-4s2ca2c-cpusetreorder.console",
                                          "nvidiagpunumanodes-kept.console",
                                          "test1.xml"};

void compare_trees(const std::string& folder, std::size_t least) {
  std::size_t compared = 0;
  for (const Expected& row : hwloc_rows(folder)) {
    const test::TemporaryFolder temporary;
    unpack(row.tree, temporary.path());
    const Cpu cpu = profile_of_folder(only_folder(temporary.path())).cpu;
    ASSERT_TRUE(cpu.logical_cores) << row.tree << cpu.logical_cores.why;
    const std::string text = test::slurp(row.answer);
    const bool xml = row.answer.extension() == ".xml";
    Counts expected = xml ? counts_of_xml(text) : counts_of_console(text);
    const Counts found = counts_of(cpu);
    if (kOtherOptions.contains(row.answer.filename().string())) {
      EXPECT_GE(found.at("PU"), expected["PU"]) << row.answer;
      continue;
    }
    for (const auto& [type, count] : found) EXPECT_EQ(count, expected[type]) << row.answer << type;
    for (const char* type : {"Package", "Core", "L2Cache", "L3Cache"}) {
      EXPECT_EQ(found.contains(type), expected.contains(type) && expected[type] > 0)
          << row.answer << type;
    }
    ++compared;
  }
  EXPECT_GE(compared, least) << "the manifest names fewer trees than there were";
}

TEST(RecordedMachines, HwlocsTreesCountAsLstopoCounts) {
  SKIP_WITHOUT_MACHINES();
  compare_trees("hwloc/linux", 24);
}

TEST(RecordedMachines, HwlocsTreesWithCpuidBesideThem) {
  SKIP_WITHOUT_MACHINES();
  compare_trees("hwloc/x86+linux", 2);
  const test::TemporaryFolder folder;
  unpack(machines() / "hwloc/x86+linux/5intel64-hybrid-lakefield.tar.bz2", folder.path());
  const Cpu cpu = profile_of_folder(only_folder(folder.path())).cpu;
  ASSERT_EQ(cpu.core_kinds.size(), 2u);
  EXPECT_EQ(cpu.core_kinds[0].kind, "performance");
  EXPECT_EQ(cpu.core_kinds[0].cores, 1);
  EXPECT_EQ(cpu.core_kinds[1].cores, 4);
  EXPECT_EQ(cpu.last_level_cache_bytes.value_or(0), 4 * kMiB);
}

// ---- CPUID dumps

struct Dump {
  const char *name, *microarchitecture, *simd;
};

// By the makers' data sheets; Lakefield and Arrow Lake have AVX-512 switched off for good.
constexpr const char* kAvx2 = "sse4_2 avx f16c fma avx2";
constexpr const char* kAvx512 = "sse4_2 avx f16c fma avx2 avx512f avx512bw avx512vl avx512dq";
const std::vector<Dump> kDumps{
    {"AMD-15h-Bulldozer-4xOpteron-6272", "Bulldozer", "sse4_2 avx"},
    {"AMD-15h-Piledriver-4xOpteron-6348", "Piledriver", "sse4_2 avx f16c fma"},
    {"AMD-17h-Zen-2xEpyc-7451", "Zen", kAvx2},
    {"AMD-19h-Zen3-2xEpyc-7763", "Zen 3", kAvx2},
    {"AMD-1Ah-Zen5StrixPoint-RyzenAI9HX370", "Zen 5",
     "sse4_2 avx f16c fma avx2 avx_vnni avx512f avx512bw avx512vl avx512dq avx512_vbmi avx512_vnni "
     "avx512_bf16"},
    {"AMD-K10-Istanbul-8xOpteron-8439SE", "K10", ""},
    {"AMD-K10-MagnyCours-2xOpteron-6164HE", "K10", ""},
    {"AMD-K8-SantaRosa-2xOpteron-2218", "K8", ""},
    {"Hygon-Dhyana-32cores", "Dhyana", kAvx2},
    {"Intel-ArrowLake-CoreUltra5-225U", "Arrow Lake", "sse4_2 avx f16c fma avx2 avx_vnni"},
    {"Intel-Broadwell-2xXeon-E5-2650Lv4", "Broadwell", kAvx2},
    {"Intel-CascadeLake-2xXeon6230", "Cascade Lake",
     "sse4_2 avx f16c fma avx2 avx512f avx512bw avx512vl avx512dq avx512_vnni"},
    {"Intel-Core-2xXeon-E5345", "Core", ""},
    {"Intel-Haswell-2xXeon-E5-2680v3", "Haswell", kAvx2},
    {"Intel-IvyBridge-12xXeon-E5-4620v2", "Ivy Bridge", "sse4_2 avx f16c"},
    {"Intel-KnightsLanding-XeonPhi-7210", "Knights Landing", "sse4_2 avx f16c fma avx2 avx512f"},
    {"Intel-Nehalem-2xXeon-X5550", "Nehalem", "sse4_2"},
    {"Intel-Penryn-4xXeon-X7460", "Penryn", ""},
    {"Intel-SapphireRapids-2xXeonMax9460", "Sapphire Rapids",
     "sse4_2 avx f16c fma avx2 avx_vnni avx512f avx512bw avx512vl avx512dq avx512_vbmi avx512_vnni "
     "avx512_bf16 avx512_fp16 amx_tile amx_int8 amx_bf16"},
    {"Intel-Skylake-2xXeon6140", "Skylake-SP", kAvx512},
    {"Intel-Westmere-2xXeon-X5650", "Westmere", "sse4_2"},
    {"Zhaoxin-2xCentaurHauls-KaiSheng-KH-40000", "YongFeng", "sse4_2 avx f16c fma avx2"},
    {"Zhaoxin-Shanghai-KaiSheng-ZXC+-FC1081", "ZhangJiang", "sse4_2 avx f16c avx2"},
};

std::string joined(const Ids& ids) {
  std::string text;
  for (const std::string& id : ids) text += (text.empty() ? "" : " ") + id;
  return text;
}

TEST(RecordedMachines, CpuidDumpsHaveTheInstructionSetsOfTheirMake) {
  SKIP_WITHOUT_MACHINES();
  for (const Dump& dump : kDumps) {
    const test::TemporaryFolder folder;
    unpack(machines() / "hwloc/x86" / (std::string(dump.name) + ".tar.bz2"), folder.path());
    const Cpu cpu = profile_of_folder(only_folder(folder.path())).cpu;
    ASSERT_TRUE(cpu.simd) << dump.name << ": " << cpu.simd.why;
    EXPECT_EQ(joined(*cpu.simd), dump.simd) << dump.name;
    if (probe_named("cpu") == nullptr) continue;
    EXPECT_EQ(cpu.microarchitecture.value_or(cpu.microarchitecture.why), dump.microarchitecture)
        << dump.name;
    EXPECT_TRUE(cpu.vendor) << dump.name;
    EXPECT_TRUE(cpu.model) << dump.name;
    EXPECT_EQ(cpu.architecture.value_or(""), "x86_64") << dump.name;
  }
}

// ---- phones

Cpu cpu_of_cpuinfo(const std::string& text) {
  test::FakeHost host;
  host.files["/proc/cpuinfo"] = text;
  return profile_of(host).cpu;
}

TEST(RecordedMachines, PhonesHaveNeonAndOneAnswerIn32And64Bit) {
  SKIP_WITHOUT_MACHINES();
  // Chips of ARMv6, before NEON; Atom is x86.
  const std::set<std::string> without{"raspberrypi.log", "raspberrypi-zero.log"};
  std::size_t phones = 0, pairs = 0;
  for (const auto& entry : fs::directory_iterator(machines() / "phones/cpuinfo")) {
    const std::string name = entry.path().filename().string();
    const std::string text = test::slurp(entry.path());
    const Cpu cpu = cpu_of_cpuinfo(text);
    ++phones;
    ASSERT_TRUE(cpu.simd) << name << ": " << cpu.simd.why;
    EXPECT_TRUE(cpu.logical_cores) << name;
    EXPECT_FALSE(cpu.core_kinds.empty()) << name;
    const bool x86 = text.find("GenuineIntel") != std::string::npos;
    const bool neon = std::find(cpu.simd->begin(), cpu.simd->end(), "neon") != cpu.simd->end();
    EXPECT_EQ(neon, !x86 && !without.contains(name)) << name;
    if (probe_named("cpu") != nullptr) {
      EXPECT_TRUE(cpu.vendor) << name << ": " << cpu.vendor.why;
      EXPECT_TRUE(cpu.model) << name << ": " << cpu.model.why;
      EXPECT_TRUE(cpu.microarchitecture) << name << ": " << cpu.microarchitecture.why;
      EXPECT_TRUE(cpu.architecture) << name;
    }
    const std::size_t cut = name.find(".armeabi.log");
    if (cut == std::string::npos) continue;
    ++pairs;
    const Cpu wide =
        cpu_of_cpuinfo(test::slurp(entry.path().parent_path() / (name.substr(0, cut) + ".log")));
    EXPECT_EQ(joined(*cpu.simd), joined(*wide.simd)) << name;
    EXPECT_EQ(cpu.architecture.value_or(""), wide.architecture.value_or("")) << name;
  }
  EXPECT_GE(phones, 90u);
  EXPECT_GE(pairs, 15u);
}

// ---- lscpu

// The keys of lscpu's output, from its first letter to the colon.
std::map<std::string, std::string> keys_of(const std::string& text) {
  std::map<std::string, std::string> keys;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos) continue;
    const std::size_t from = line.find_first_not_of(" \t");
    const std::size_t value = line.find_first_not_of(" \t", colon + 1);
    keys[line.substr(from, colon - from)] = value == std::string::npos ? "" : line.substr(value);
  }
  return keys;
}

TEST(RecordedMachines, LscpuFlagsAndModels) {
  SKIP_WITHOUT_MACHINES();
  const test::TemporaryFolder folder;
  unpack(machines() / "lscpu/lscpu.tar.xz", folder.path());
  std::size_t with_flags = 0, x86 = 0, named = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder.path())) {
    if (!entry.is_regular_file()) continue;
    const auto keys = keys_of(test::slurp(entry.path()));
    const auto at = [&](const char* key) {
      const auto found = keys.find(key);
      return found == keys.end() ? std::string() : found->second;
    };
    const bool intel_like = at("Architecture") == "x86_64" || at("Architecture").ends_with("86");
    if (!intel_like || at("Flags").empty()) continue;
    ++with_flags;
    // What the kernel of that machine wrote, as far as lscpu repeats it.
    const Cpu cpu = cpu_of_cpuinfo(
        "processor\t: 0\nvendor_id\t: " + at("Vendor ID") + "\ncpu family\t: " + at("CPU family") +
        "\nmodel\t\t: " + at("Model") + "\nmodel name\t: " + at("Model name") +
        "\nstepping\t: " + at("Stepping") + "\nflags\t\t: " + at("Flags") + "\n");
    ASSERT_TRUE(cpu.simd) << entry.path();
    std::set<std::string> words;
    std::istringstream in(at("Flags"));
    for (std::string word; in >> word;) words.insert(word);
    for (const char* id : {"sse4_2", "avx", "f16c", "fma", "avx2", "avx512f", "avx512_vnni"}) {
      EXPECT_EQ(words.contains(id),
                std::find(cpu.simd->begin(), cpu.simd->end(), id) != cpu.simd->end())
          << entry.path() << " " << id;
    }
    const std::string vendor = at("Vendor ID");
    if (vendor != "GenuineIntel" && vendor != "AuthenticAMD") continue;
    ++x86;
    if (cpu.microarchitecture) {
      ++named;
    } else if (probe_named("cpu") != nullptr) {
      std::cout << vendor << " family " << at("CPU family") << " model " << at("Model") << " ("
                << at("Model name") << "): " << cpu.microarchitecture.why << "\n";
    }
  }
  EXPECT_GE(with_flags, 1500u);
  std::cout << named << " of " << x86 << " have a microarchitecture\n";
  // Engineering samples and processors that a hypervisor makes up have none.
  if (probe_named("cpu") != nullptr) {
    EXPECT_GE(named * 100, x86 * 99);
  }
}

// ---- cAdvisor's /sys trees

TEST(RecordedMachines, CadvisorsProcessorFolders) {
  SKIP_WITHOUT_MACHINES();
  const test::TemporaryFolder folder;
  unpack(machines() / "cgroup/cadvisor.tar.xz", folder.path());
  struct Row {
    const char* name;
    std::int64_t sockets, cores, threads;
  };
  // Some processors of the two EPYCs are off; a hypervisor cuts the last but one into 16 sockets.
  for (const Row& row :
       {Row{"testdata_epyc7402", 1, 24, 42}, Row{"testdata_epyc7402_nohyperthreading", 1, 17, 17},
        Row{"testdata_xeon4214_2socket", 2, 24, 48},
        Row{"testdata_xeon5218_nohyperthread_2socket_nohotplug", 2, 32, 32},
        Row{"testdata_single_socket_many_NUMAs", 16, 16, 32}, Row{"testdata_rpi4", 1, 4, 4}}) {
    const fs::path at = folder.path() / "lib/utils/sysfs" / row.name;
    ASSERT_TRUE(fs::exists(at)) << at;
    test::FakeHost host;
    for (const auto& entry : fs::recursive_directory_iterator(at)) {
      if (!entry.is_regular_file()) continue;
      host.files["/sys/devices/system/cpu/" + fs::relative(entry.path(), at).string()] =
          test::slurp(entry.path());
    }
    const Cpu cpu = profile_of(host).cpu;
    EXPECT_EQ(cpu.sockets.value_or(0), row.sockets) << row.name;
    EXPECT_EQ(cpu.physical_cores.value_or(0), row.cores) << row.name;
    EXPECT_EQ(cpu.logical_cores.value_or(0), row.threads) << row.name;
  }
}

// ---- hwloc's XML as a recorded answer

TEST(RecordedMachines, HwlocsXmlFilesCountTheirObjects) {
  SKIP_WITHOUT_MACHINES();
  std::size_t files = 0;
  for (const auto& entry : fs::directory_iterator(machines() / "hwloc/xml")) {
    if (entry.path().extension() != ".xml") continue;
    ++files;
    const std::string text = test::slurp(entry.path());
    test::FakeHost host;
    host.answers["hwloc.xml"] = text;
    const Cpu cpu = profile_of(host).cpu;
    ASSERT_TRUE(cpu.logical_cores) << entry.path() << cpu.logical_cores.why;
    Counts expected = counts_of_xml(text);
    const Counts found = counts_of(cpu);
    for (const char* type : {"PU", "Core", "Package", "L3Cache", "L2Cache"}) {
      if (expected.contains(type) && found.contains(type)) {
        EXPECT_EQ(found.at(type), expected[type]) << entry.path() << " " << type;
      }
    }
  }
  EXPECT_GE(files, 15u);
}

// ---- the machines in tests/machines

using Json = nlohmann::json;

template <class T>
Json json_of(const T& value);
template <class T>
Json json_of(const Known<T>& known);
template <class T>
Json json_of(const std::vector<T>& list);

struct ToJson {
  Json& out;
  template <class T>
  void operator()(const char* name, const T& value) {
    out[name] = json_of(value);
  }
};

template <class T>
Json json_of(const Known<T>& known) {
  return known ? json_of(*known) : Json();
}
template <class T>
Json json_of(const std::vector<T>& list) {
  Json array = Json::array();
  for (const T& each : list) array.push_back(json_of(each));
  return array;
}
template <class T>
Json json_of(const T& value) {
  if constexpr (std::is_arithmetic_v<T> || std::is_same_v<T, std::string>) {
    return value;
  } else {
    Json object = Json::object();
    ToJson visit{object};
    fields(visit, value);
    return object;
  }
}

// What `expected` says must stand in `found`; more may.
void expect_within(const Json& found, const Json& expected, const std::string& path) {
  if (expected.is_object() && found.is_object()) {
    for (const auto& [key, value] : expected.items()) {
      ASSERT_TRUE(found.contains(key)) << path << "." << key;
      expect_within(found[key], value, path + "." + key);
    }
  } else if (expected.is_array() && found.is_array() && expected.size() == found.size()) {
    for (std::size_t i = 0; i < expected.size(); ++i) {
      expect_within(found[i], expected[i], path + "." + std::to_string(i));
    }
  } else {
    EXPECT_EQ(found, expected) << path;
  }
}

TEST(RecordedMachines, OurOwnAreToldAsExpected) {
  std::size_t seen = 0;
  for (const auto& entry : fs::directory_iterator(test::source_folder() / "tests/machines")) {
    if (!entry.is_directory()) continue;
    const std::string name = entry.path().filename().string();
    EXPECT_TRUE(fs::exists(entry.path() / "about.md")) << name;
    const Json expected = Json::parse(test::slurp(entry.path() / "expected.json"), nullptr, false);
    ASSERT_TRUE(expected.is_object()) << name << "/expected.json is no JSON object";
    ASSERT_TRUE(expected.contains("cpu")) << name;
    const DeviceProfile profile = profile_of_folder(entry.path());
    EXPECT_FALSE(profile.live) << name;
    expect_within(json_of(profile.cpu), expected["cpu"], name + ": cpu");
    ++seen;
  }
  EXPECT_GE(seen, 3u);
}

}  // namespace
}  // namespace weighin
