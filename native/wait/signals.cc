#include "wait/signals.h"

#include <atomic>
#include <memory>

#include "js/exports.h"
#include "platform/platform.h"
#include "platform/uv.h"

namespace berkeley::signals {
namespace {

constexpr int kSignals = NSIG;

// What the handler touches: lock-free, and never freed.
struct Row {
  std::atomic<bool> listened{false};
  std::atomic<uint32_t> caught{0};
  struct sigaction previous {};

  // Main thread only: how many of `caught` have interrupted a wait, and how many have reached the event loop.
  uint32_t interrupted = 0;
  uint32_t dispatched = 0;
  uv_signal_t* watcher = nullptr;

  bool Pending() const {
    uint32_t count = caught.load(std::memory_order_acquire);
    return count != interrupted && static_cast<int32_t>(count - dispatched) > 0;
  }
};
Row rows[kSignals];
std::atomic<uint32_t> caught_in_all{0};
std::atomic<int> main_wake{-1};
static_assert(std::atomic<uint32_t>::is_always_lock_free && std::atomic<int>::is_always_lock_free);

// Main thread only: up to where `caught_in_all` has been looked at, so that most verbs compare two numbers.
uint32_t looked_at = 0;

void OnSignal(int signum, siginfo_t* info, void* context) {
  Row& row = rows[signum];
  if (row.listened.load(std::memory_order_acquire)) {
    row.caught.fetch_add(1, std::memory_order_release);
    caught_in_all.fetch_add(1, std::memory_order_release);
    int fd = main_wake.load(std::memory_order_relaxed);
    if (fd >= 0) RaiseDescriptor(fd);
  }
  const struct sigaction& previous = row.previous;
  if (previous.sa_flags & SA_SIGINFO) {
    previous.sa_sigaction(signum, info, context);
  } else if (previous.sa_handler != SIG_DFL && previous.sa_handler != SIG_IGN) {
    previous.sa_handler(signum);
  }
}

bool IsOurs(const struct sigaction& action) { return (action.sa_flags & SA_SIGINFO) && action.sa_sigaction == OnSignal; }

bool IsHandler(const struct sigaction& action) {
  if (action.sa_flags & SA_SIGINFO) return true;
  return action.sa_handler != SIG_DFL && action.sa_handler != SIG_IGN;
}

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

void StartWatcher(napi_env env, Row& row, int signum) {
  uv_loop_t* loop = nullptr;
  const Uv* uv = Uv::Get();
  if (row.watcher != nullptr || uv == nullptr || napi_get_uv_event_loop(env, &loop) != napi_ok) return;
  auto handle = std::make_unique<uv_signal_t>();
  if (uv->signal_init(loop, handle.get()) != 0) return;
  row.watcher = handle.release();
  row.watcher->data = &row;
  uv->signal_start(row.watcher, [](uv_signal_t* watcher, int) { static_cast<Row*>(watcher->data)->dispatched++; }, signum);
  uv->unref(reinterpret_cast<uv_handle_t*>(row.watcher));
}

void StopWatcher(Row& row) {
  if (row.watcher == nullptr) return;
  auto* handle = reinterpret_cast<uv_handle_t*>(row.watcher);
  row.watcher = nullptr;
  Uv::Get()->close(handle, [](uv_handle_t* closed) { delete reinterpret_cast<uv_signal_t*>(closed); });
}

napi_value WatchSignal(napi_env env, napi_callback_info info) {
  Call call(env, info);
  int signum = call.Int(0);
  return call.AnswerBool(call.ok() && Watch(call.environment(), signum));
}

napi_value UnwatchSignal(napi_env env, napi_callback_info info) {
  Call call(env, info);
  int signum = call.Int(0);
  if (call.ok()) Unwatch(call.environment(), signum);
  return call.Answer(0);
}

}  // namespace

bool Watch(Environment& environment, int signum) {
  if (!environment.main_thread || signum <= 0 || signum >= kSignals) return false;
  Row& row = rows[signum];
  // One that went in front of ours since then calls ours in its turn: in front of that, ours would call itself for ever.
  if (row.listened.load(std::memory_order_acquire)) return true;
  main_wake.store(environment.wake.signal_fd());
  // The watcher first: where it is the first to listen, libuv installs its handler now, and ours goes in front.
  StartWatcher(environment.env, row, signum);
  if (!Chain(signum)) {
    StopWatcher(row);
    return false;
  }
  row.listened.store(true, std::memory_order_release);
  return true;
}

void Unwatch(Environment& environment, int signum) {
  if (!environment.main_thread || signum <= 0 || signum >= kSignals) return;
  Row& row = rows[signum];
  row.listened.store(false, std::memory_order_release);
  StopWatcher(row);
  // What the closed watcher was yet to be told of never reaches it.
  row.dispatched = row.interrupted = row.caught.load(std::memory_order_acquire);
}

void Forget(Environment& environment) {
  if (!environment.main_thread) return;
  main_wake.store(-1);
  for (int signum = 1; signum < kSignals; signum++) Unwatch(environment, signum);
}

bool Pending() {
  uint32_t count = caught_in_all.load(std::memory_order_acquire);
  if (count == looked_at) return false;
  for (const Row& row : rows) {
    if (row.Pending()) return true;
  }
  looked_at = count;
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
  looked_at = caught_in_all.load(std::memory_order_acquire) - 1;
}

}  // namespace berkeley::signals

namespace berkeley {

const Export kSignalExports[] = {
    {"watchSignal", signals::WatchSignal}, {"unwatchSignal", signals::UnwatchSignal}, {nullptr, nullptr}};

}  // namespace berkeley
