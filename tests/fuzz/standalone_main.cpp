// How do the fuzz targets run where there is no libFuzzer?
//
// A small mutating driver: it replays the seeds, then mutates and splices them until the time is
// over. A crash ends the process and leaves its input in crash-<target>.bin. It has no coverage
// feedback: the preset `fuzz` (clang) builds the same targets with libFuzzer.
#include <fcntl.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
// A target that knows its format may have a way of its own to change an input.
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t most, unsigned int seed)
    __attribute__((weak));

// A sanitizer's finding ends by a signal too, so that its input is kept.
extern "C" const char* __asan_default_options() { return "abort_on_error=1"; }
extern "C" const char* __ubsan_default_options() {
  return "halt_on_error=1:abort_on_error=1:print_stacktrace=1";
}

namespace {

using Input = std::vector<std::uint8_t>;

const Input* running = nullptr;
std::string crash_file;

// Only async-signal-safe calls: keep the input that killed us, then die of the same signal.
extern "C" void keep_input(int signal_number) {
  const int file = ::open(crash_file.c_str(), O_CREAT | O_TRUNC | O_WRONLY, 0644);
  if (file >= 0 && running != nullptr) {
    [[maybe_unused]] const ssize_t written = ::write(file, running->data(), running->size());
    ::close(file);
  }
  std::signal(signal_number, SIG_DFL);
  ::raise(signal_number);
}

void insert(Input& into, std::size_t at, const std::uint8_t* data, std::size_t size) {
  into.insert(into.begin() + static_cast<std::ptrdiff_t>(at), data, data + size);
}

Input mutate_by_format(const std::vector<Input>& seeds, std::mt19937_64& random) {
  Input input = seeds[random() % seeds.size()];
  const std::size_t most = std::max<std::size_t>(input.size() * 2, 4096);
  for (std::size_t changes = 1 + random() % 4; changes > 0; --changes) {
    const std::size_t size = input.size();
    input.resize(most);
    input.resize(
        LLVMFuzzerCustomMutator(input.data(), size, most, static_cast<unsigned>(random())));
  }
  return input;
}

Input mutate(const std::vector<Input>& seeds, std::mt19937_64& random) {
  if (LLVMFuzzerCustomMutator != nullptr && random() % 2 == 0)
    return mutate_by_format(seeds, random);
  // Numbers at the edges of types are what length and count fields break on.
  static const char* const kTokens[] = {"0",
                                        "-1",
                                        "18446744073709551615",
                                        "9223372036854771712",
                                        "1e999",
                                        "max",
                                        "{",
                                        "[",
                                        "]",
                                        "}",
                                        "\"",
                                        ":",
                                        ",",
                                        "\n",
                                        "null",
                                        "true",
                                        "\xff\xff\xff\xff",
                                        "\xff\xff\xff\xff\xff\xff\xff\x7f",
                                        "../"};
  Input input = seeds[random() % seeds.size()];
  const std::size_t changes = 1 + random() % 8;
  for (std::size_t change = 0; change < changes; ++change) {
    const std::size_t at = input.empty() ? 0 : random() % input.size();
    switch (random() % 7) {
      case 0:
        if (!input.empty())
          input[at] = static_cast<std::uint8_t>(input[at] ^ (1U << (random() % 8)));
        break;
      case 1:
        if (!input.empty()) input[at] = static_cast<std::uint8_t>(random());
        break;
      case 2:
        input.resize(at);  // truncated
        break;
      case 3: {
        const char* token = kTokens[random() % std::size(kTokens)];
        insert(input, at, reinterpret_cast<const std::uint8_t*>(token), std::strlen(token));
        break;
      }
      case 4: {  // a piece of another seed
        const Input& other = seeds[random() % seeds.size()];
        if (other.empty()) break;
        const std::size_t from = random() % other.size();
        insert(input, at, other.data() + from,
               std::min<std::size_t>(other.size() - from, 1 + random() % 64));
        break;
      }
      case 5:
        if (!input.empty()) {
          const std::size_t count = std::min<std::size_t>(input.size() - at, 1 + random() % 32);
          input.erase(input.begin() + static_cast<std::ptrdiff_t>(at),
                      input.begin() + static_cast<std::ptrdiff_t>(at + count));
        }
        break;
      default: {  // a piece many times over: depth and counts
        if (input.empty()) break;
        const std::size_t count = std::min<std::size_t>(input.size() - at, 1 + random() % 8);
        const Input piece(input.begin() + static_cast<std::ptrdiff_t>(at),
                          input.begin() + static_cast<std::ptrdiff_t>(at + count));
        for (std::size_t times = random() % 200; times > 0 && input.size() < (1U << 16); --times) {
          insert(input, at, piece.data(), piece.size());
        }
        break;
      }
    }
  }
  return input;
}

}  // namespace

int main(int argc, char** argv) {
  double seconds = 10;
  std::uint64_t seed = 1;
  std::vector<Input> seeds;
  const auto add_seed = [&](const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    seeds.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  };
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument.rfind("--seconds=", 0) == 0) {
      seconds = std::strtod(argument.c_str() + 10, nullptr);
    } else if (argument.rfind("--seed=", 0) == 0) {
      seed = std::strtoull(argument.c_str() + 7, nullptr, 10);
    } else if (std::filesystem::is_directory(argument)) {
      for (const auto& entry : std::filesystem::directory_iterator(argument))
        add_seed(entry.path());
    } else if (std::filesystem::exists(argument)) {
      add_seed(argument);
    }
  }
  const std::string name = std::filesystem::path(argv[0]).filename().string();
  const std::size_t files = seeds.size();
  if (files == 0) {
    std::fprintf(stderr, "%s: no seeds: a fuzz target needs a corpus folder\n", name.c_str());
    return 1;
  }
  crash_file = "crash-" + name + ".bin";
  for (const int signal_number : {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGPROF}) {
    std::signal(signal_number, keep_input);
  }
  seeds.emplace_back();
  std::mt19937_64 random(seed);
  std::uint64_t runs = 0;
  const auto run = [&](const Input& input) {
    running = &input;
    // One input that takes this much processor time is a hang; a stopped machine is none.
    const itimerval limit{{0, 0}, {10, 0}};
    ::setitimer(ITIMER_PROF, &limit, nullptr);
    LLVMFuzzerTestOneInput(input.data(), input.size());
    running = nullptr;
    ++runs;
  };
  for (const Input& input : seeds) run(input);
  const auto start = std::chrono::steady_clock::now();
  while (std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() <
         seconds) {
    for (int i = 0; i < 64; ++i) {
      const Input input = mutate(seeds, random);
      run(input);
    }
  }
  std::printf("%s: %llu inputs from %zu seeds in %.0f s, no crash\n", name.c_str(),
              static_cast<unsigned long long>(runs), files, seconds);
  return 0;
}
