// The bell of every other runtime: a thread waits for the descriptors, and rings by a thread-safe function.
#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>

#include "platform/thread.h"
#include "readiness/notifier.h"
#include "wait/wait.h"
#include "wait/wake.h"

namespace berkeley {
namespace {

constexpr size_t kStack = 256 * 1024;
constexpr int64_t kMillisecond = 1000000;
constexpr int64_t kLongestBackOff = 10 * kMillisecond;

class ThreadBell final : public Bell {
 public:
  explicit ThreadBell(Environment& environment) : environment_(environment) {}

  int64_t Open(napi_value ring) {
    napi_env env = environment_.env;
    if (platform::OpenWake(wake_) < 0) return -errno;
    napi_value name = nullptr;
    napi_create_string_utf8(env, "berkeley", NAPI_AUTO_LENGTH, &name);
    napi_status status =
        napi_create_threadsafe_function(env, ring, nullptr, name, 0, 1, nullptr, nullptr, nullptr, nullptr, &ring_);
    int error = status == napi_ok ? StartThread(kStack, Start, this, &thread_) : ENOMEM;
    if (error != 0) {
      if (status == napi_ok) napi_release_threadsafe_function(ring_, napi_tsfn_abort);
      CloseWake();
      return -error;
    }
    napi_unref_threadsafe_function(env, ring_);
    napi_add_env_cleanup_hook(env, CleanUp, this);
    return 0;
  }

  void Watch(std::vector<pollfd> descriptors) override {
    {
      std::lock_guard<std::mutex> guard(lock_);
      wanted_ = std::move(descriptors);
      changed_ = true;
    }
    RaiseDescriptor(wake_[1]);
  }

  void Hold(bool held) override {
    if (held) napi_ref_threadsafe_function(environment_.env, ring_);
    else napi_unref_threadsafe_function(environment_.env, ring_);
  }

 private:
  static void* Start(void* data) {
    static_cast<ThreadBell*>(data)->Run();
    return nullptr;
  }

  // In front of what is watched stands the wake descriptor. After it has rung nothing else is, until Watch.
  void Run() {
    platform::NameThread("berkeley-bell");
    std::vector<pollfd> set = {{wake_[0], POLLIN, 0}};
    int failures = 0;
    while (!ended_.load()) {
      if (Poll(set.data(), set.size(), -1) < 0) {
        BackOff(failures++);
      } else {
        failures = 0;
        if (set[0].revents != 0) DrainDescriptor(wake_[0]);
        RingIfReady(set);
      }
      TakeWanted(set);
    }
  }

  // poll(2) itself failed, for lack of memory say, and would fail again at once: 1, 2, 4 ... 10 ms.
  static void BackOff(int failures) {
    int64_t pause = std::min(kLongestBackOff, kMillisecond << std::min(failures, 4));
    timespec time{0, static_cast<long>(pause)};
    nanosleep(&time, nullptr);
  }

  void RingIfReady(std::vector<pollfd>& set) {
    bool ready = std::any_of(set.begin() + 1, set.end(), [](const pollfd& row) { return row.revents != 0; });
    if (!ready) return;
    set.resize(1);
    napi_call_threadsafe_function(ring_, nullptr, napi_tsfn_nonblocking);
  }

  void TakeWanted(std::vector<pollfd>& set) {
    std::lock_guard<std::mutex> guard(lock_);
    if (!changed_) return;
    changed_ = false;
    set.resize(1);
    set.insert(set.end(), wanted_.begin(), wanted_.end());
  }

  void CloseWake() {
    close(wake_[0]);
    if (wake_[1] != wake_[0]) close(wake_[1]);
  }

  // The thread ends at once: what it waits for includes the wake descriptor.
  static void CleanUp(void* data) {
    std::unique_ptr<ThreadBell> bell(static_cast<ThreadBell*>(data));
    bell->environment_.bell = nullptr;
    bell->ended_.store(true);
    RaiseDescriptor(bell->wake_[1]);
    pthread_join(bell->thread_, nullptr);
    napi_release_threadsafe_function(bell->ring_, napi_tsfn_abort);
    bell->CloseWake();
  }

  Environment& environment_;
  napi_threadsafe_function ring_ = nullptr;
  pthread_t thread_{};
  std::atomic<bool> ended_{false};
  int wake_[2] = {-1, -1};
  std::mutex lock_;
  std::vector<pollfd> wanted_;
  bool changed_ = false;
};

}  // namespace

int64_t OpenThreadBell(Environment& environment, napi_value ring) {
  auto bell = std::make_unique<ThreadBell>(environment);
  int64_t answer = bell->Open(ring);
  if (answer == 0) environment.bell = bell.release();
  return answer;
}

}  // namespace berkeley
