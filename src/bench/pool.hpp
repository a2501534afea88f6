// How is work put on several cores at once?
#pragma once

#include <pthread.h>

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <vector>

namespace weighin {

/// Threads, each kept on one CPU. Between jobs they sleep; within a job they run free of each
/// other: a barrier would make all wait for one that is not scheduled.
class Pool {
 public:
  /// One thread for each of `cpus`; -1 = any CPU. There may come to be fewer (see size()).
  explicit Pool(const std::vector<int>& cpus);
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  std::int64_t size() const { return static_cast<std::int64_t>(workers_.size()); }
  /// Threads that could be kept on their CPU.
  std::int64_t pinned() const { return pinned_; }

  /// Runs job(0) … job(count - 1) on that many threads and returns when all have. `job` must not
  /// throw.
  void run(std::int64_t count, const std::function<void(std::int64_t)>& job);

 private:
  struct Worker {
    Pool* pool = nullptr;
    std::int64_t index = 0;
    pthread_t thread{};
  };
  static void* enter(void* worker);
  void serve(std::int64_t index);

  std::vector<Worker> workers_;
  std::int64_t pinned_ = 0;
  std::mutex mutex_;
  std::condition_variable start_, finished_;
  const std::function<void(std::int64_t)>* job_ = nullptr;
  std::uint64_t round_ = 0;
  std::int64_t count_ = 0, running_ = 0;
  bool leaving_ = false;
};

}  // namespace weighin
