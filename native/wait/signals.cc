#include "wait/signals.h"

#include <atomic>
#include <csignal>
#include <memory>

#include "platform/platform.h"
#include "platform/uv.h"
#include "platform/wake_pair.h"

namespace berkeley::signals {
namespace {

constexpr int kSignals = NSIG;

struct Row {
  // Used by the handler: lock-free, and never freed.
  std::atomic<bool> listened{false};
  std::atomic<uint32_t> caught{0};
  struct sigaction previous {};

  // Used by the main thread only: how many of `caught` have interrupted a wait, and how many have reached the event
  // loop.
  uint32_t interrupted = 0;
  uint32_t dispatched = 0;
  uv_signal_t* watcher = nullptr;

  bool Pending() const {
    uint32_t count = caught.load(std::memory_order_acquire);
    return count != interrupted && static_cast<int32_t>(count - dispatched) > 0;
  }
};
Row rows[kSignals];
std::atomic<uint32_t> caught_in_total{0};
std::atomic<int> main_wake_fd{-1};
static_assert(std::atomic<uint32_t>::is_always_lock_free && std::atomic<int>::is_always_lock_free);

// The value of `caught_in_total` at the last search that found nothing pending: most verbs only compare the two
// numbers.
uint32_t searched_total = 0;

void OnSignal(int signum, siginfo_t* info, void* context) {
  Row& row = rows[signum];
  if (row.listened.load(std::memory_order_acquire)) {
    row.caught.fetch_add(1, std::memory_order_release);
    caught_in_total.fetch_add(1, std::memory_order_release);
    int fd = main_wake_fd.load(std::memory_order_relaxed);
    if (fd >= 0) platform::WakePair::Raise(fd);
  }
  const struct sigaction& previous = row.previous;
  if (previous.sa_flags & SA_SIGINFO) {
    previous.sa_sigaction(signum, info, context);
  } else if (previous.sa_handler != SIG_DFL && previous.sa_handler != SIG_IGN) {
    previous.sa_handler(signum);
  }
}

bool IsOurs(const struct sigaction& action) {
  return (action.sa_flags & SA_SIGINFO) && action.sa_sigaction == OnSignal;
}

bool IsHandler(const struct sigaction& action) {
  if (action.sa_flags & SA_SIGINFO) return true;
  return action.sa_handler != SIG_DFL && action.sa_handler != SIG_IGN;
}

// Installs our handler in front of the one that is installed now. False if there is none.
bool Chain(int signum) {
  struct sigaction current;
  if (sigaction(signum, nullptr, &current) != 0) return false;
  if (IsOurs(current)) return true;
  if (!IsHandler(current)) return false;
  rows[signum].previous = current;
  struct sigaction ours = current;
  ours.sa_flags |= SA_SIGINFO;
  ours.sa_sigaction = OnSignal;
  return sigaction(signum, &ours, nullptr) == 0;
}

// Starts a handle of libuv that counts the signals that have reached the event loop.
void StartWatcher(napi_env env, Row& row, int signum) {
  uv_loop_t* loop = nullptr;
  const platform::Uv* uv = platform::Uv::Get();
  if (row.watcher != nullptr || uv == nullptr || napi_get_uv_event_loop(env, &loop) != napi_ok) return;
  auto handle = std::make_unique<uv_signal_t>();
  if (uv->signal_init(loop, handle.get()) != 0) return;
  row.watcher = handle.release();
  row.watcher->data = &row;
  auto on_dispatch = [](uv_signal_t* watcher, int) { static_cast<Row*>(watcher->data)->dispatched++; };
  uv->signal_start(row.watcher, on_dispatch, signum);
  uv->unref(reinterpret_cast<uv_handle_t*>(row.watcher));
}

void StopWatcher(Row& row) {
  if (row.watcher == nullptr) return;
  auto* handle = reinterpret_cast<uv_handle_t*>(row.watcher);
  row.watcher = nullptr;
  platform::Uv::Get()->close(handle, [](uv_handle_t* closed) { delete reinterpret_cast<uv_signal_t*>(closed); });
}

}  // namespace

bool Watch(napi_env env, int wake_fd, int signum, bool by_libuv) {
  if (signum <= 0 || signum >= kSignals) return false;
  Row& row = rows[signum];
  // A handler that was installed in front of ours since then calls ours. Installed again in front of that one, ours
  // would call itself without end.
  if (row.listened.load(std::memory_order_acquire)) return true;
  main_wake_fd.store(wake_fd);
  // The watcher comes first: if it is the first of this signal, libuv installs its handler now, and ours goes in front.
  if (by_libuv) StartWatcher(env, row, signum);
  if (!Chain(signum)) {
    StopWatcher(row);
    return false;
  }
  row.listened.store(true, std::memory_order_release);
  return true;
}

void Unwatch(int signum) {
  if (signum <= 0 || signum >= kSignals) return;
  Row& row = rows[signum];
  row.listened.store(false, std::memory_order_release);
  StopWatcher(row);
  // A closed watcher is not called for signals that are still in libuv's pipe.
  row.dispatched = row.interrupted = row.caught.load(std::memory_order_acquire);
}

void UnwatchAll() {
  main_wake_fd.store(-1);
  for (int signum = 1; signum < kSignals; signum++) Unwatch(signum);
}

void RaiseByDefault(int signum) {
  struct sigaction by_default {};
  struct sigaction current;
  by_default.sa_handler = SIG_DFL;
  if (sigaction(signum, &by_default, &current) != 0) return;
  raise(signum);
  sigaction(signum, &current, nullptr);
}

bool Pending() {
  uint32_t count = caught_in_total.load(std::memory_order_acquire);
  if (count == searched_total) return false;
  for (const Row& row : rows) {
    if (row.Pending()) return true;
  }
  searched_total = count;
  return false;
}

int Take() {
  for (int signum = 1; signum < kSignals; signum++) {
    Row& row = rows[signum];
    if (!row.Pending()) continue;
    row.interrupted = row.caught.load(std::memory_order_acquire);
    return signum;
  }
  return 0;
}

void PutBack(int signum) {
  rows[signum].interrupted = rows[signum].caught.load(std::memory_order_acquire) - 1;
  searched_total = caught_in_total.load(std::memory_order_acquire) - 1;
}

}  // namespace berkeley::signals
