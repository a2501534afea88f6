// How do the pool's threads come, work and go?
#include "bench/pool.hpp"

#include <sched.h>

#include <algorithm>

namespace weighin {
namespace {

// Kernels keep little on the stack; the system's 8 MiB a thread would count against RLIMIT_AS.
#if defined(__SANITIZE_THREAD__)
constexpr std::size_t kStackBytes = 4 << 20;  // what it keeps of a thread lies there, too
#else
constexpr std::size_t kStackBytes = 512 * 1024;
#endif

}  // namespace

Pool::Pool(const std::vector<int>& cpus) {
  workers_.resize(cpus.size());  // never grows: threads hold pointers into it
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, kStackBytes);
  std::size_t started = 0;
  for (const int cpu : cpus) {
    Worker& worker = workers_[started];
    worker = {this, static_cast<std::int64_t>(started), {}};
    if (pthread_create(&worker.thread, &attributes, &Pool::enter, &worker) != 0) break;
    ++started;
    // The mask of this thread alone changes: the caller's stays as it was.
    if (cpu >= 0 && cpu < CPU_SETSIZE) {
      cpu_set_t set;
      CPU_ZERO(&set);
      CPU_SET(static_cast<std::size_t>(cpu), &set);
      if (pthread_setaffinity_np(worker.thread, sizeof set, &set) == 0) ++pinned_;
    }
  }
  pthread_attr_destroy(&attributes);
  workers_.resize(started);
}

Pool::~Pool() {
  {
    const std::lock_guard lock(mutex_);
    leaving_ = true;
  }
  start_.notify_all();
  for (const Worker& worker : workers_) pthread_join(worker.thread, nullptr);
}

void Pool::run(std::int64_t count, const std::function<void(std::int64_t)>& job) {
  std::unique_lock lock(mutex_);
  job_ = &job;
  count_ = std::min(count, size());
  running_ = count_;
  ++round_;
  start_.notify_all();
  finished_.wait(lock, [this] { return running_ == 0; });
  job_ = nullptr;
}

void* Pool::enter(void* worker) {
  const Worker& self = *static_cast<Worker*>(worker);
  self.pool->serve(self.index);
  return nullptr;
}

void Pool::serve(std::int64_t index) {
  std::uint64_t seen = 0;
  std::unique_lock lock(mutex_);
  for (;;) {
    start_.wait(lock, [&] { return leaving_ || round_ != seen; });
    if (leaving_) return;
    seen = round_;
    if (index >= count_) continue;
    const std::function<void(std::int64_t)>& job = *job_;
    lock.unlock();
    job(index);
    lock.lock();
    if (--running_ == 0) finished_.notify_one();
  }
}

}  // namespace weighin
