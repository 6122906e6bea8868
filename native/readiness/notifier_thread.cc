// The notifier of runtimes without libuv: a thread polls the descriptors, and calls JavaScript by a thread-safe
// function.
#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>

#include "platform/platform.h"
#include "platform/thread.h"
#include "platform/wake_pair.h"
#include "readiness/notifier.h"
#include "wait/poll_set.h"

namespace berkeley {
namespace {

constexpr size_t kStackBytes = 256 * 1024;
constexpr int64_t kMaxBackOffNs = 10 * platform::kMillisecondNs;

class ThreadNotifier final : public Notifier {
 public:
  explicit ThreadNotifier(Environment& environment) : environment_(environment) {}

  int64_t Open(napi_value callback) {
    napi_env env = environment_.env;
    int error = wake_.Open();
    if (error < 0) return error;
    napi_value name = nullptr;
    napi_create_string_utf8(env, "berkeley", NAPI_AUTO_LENGTH, &name);
    napi_status status = napi_create_threadsafe_function(env, callback, nullptr, name, 0, 1, nullptr, nullptr, nullptr,
                                                         nullptr, &callback_);
    error = status == napi_ok ? platform::StartThread(kStackBytes, Start, this, &thread_) : ENOMEM;
    if (error != 0) {
      if (status == napi_ok) napi_release_threadsafe_function(callback_, napi_tsfn_abort);
      wake_.Close();
      return -error;
    }
    napi_unref_threadsafe_function(env, callback_);
    napi_add_env_cleanup_hook(env, CleanUp, this);
    return 0;
  }

  void Watch(std::vector<pollfd> descriptors) override {
    {
      std::lock_guard<std::mutex> guard(lock_);
      wanted_ = std::move(descriptors);
      changed_ = true;
    }
    wake_.Raise();
  }

  void SetKeepAlive(bool keep_alive) override {
    if (keep_alive) napi_ref_threadsafe_function(environment_.env, callback_);
    else napi_unref_threadsafe_function(environment_.env, callback_);
  }

 private:
  static void* Start(void* data) {
    static_cast<ThreadNotifier*>(data)->Run();
    return nullptr;
  }

  // After a notification the thread polls nothing but its wake descriptor, until Watch.
  void Run() {
    platform::NameThread("berkeley-notify");
    PollSet set;
    int failures = 0;
    while (!ended_.load()) {
      int ready = set.Wait(wake_.fd(), -1);
      if (ready < 0) {
        BackOff(failures++);
      } else {
        failures = 0;
        if (set.woken()) wake_.Drain();
        if (ready > 0) {
          set = PollSet();
          napi_call_threadsafe_function(callback_, nullptr, napi_tsfn_nonblocking);
        }
      }
      TakeWanted(set);
    }
  }

  // poll(2) itself failed, for lack of memory for example, and would fail again at once: 1, 2, 4 ... 10 ms.
  static void BackOff(int failures) {
    int64_t pause_ns = std::min(kMaxBackOffNs, platform::kMillisecondNs << std::min(failures, 4));
    timespec time{0, static_cast<long>(pause_ns)};
    nanosleep(&time, nullptr);
  }

  void TakeWanted(PollSet& set) {
    std::lock_guard<std::mutex> guard(lock_);
    if (!changed_) return;
    changed_ = false;
    set = PollSet(wanted_.size());
    for (size_t i = 0; i < wanted_.size(); i++) set[i] = wanted_[i];
  }

  // The thread ends at once, because its wake descriptor is raised.
  static void CleanUp(void* data) {
    std::unique_ptr<ThreadNotifier> notifier(static_cast<ThreadNotifier*>(data));
    notifier->environment_.notifier = nullptr;
    notifier->ended_.store(true);
    notifier->wake_.Raise();
    pthread_join(notifier->thread_, nullptr);
    napi_release_threadsafe_function(notifier->callback_, napi_tsfn_abort);
    notifier->wake_.Close();
  }

  Environment& environment_;
  napi_threadsafe_function callback_ = nullptr;
  pthread_t thread_{};
  std::atomic<bool> ended_{false};
  platform::WakePair wake_;
  std::mutex lock_;
  std::vector<pollfd> wanted_;
  bool changed_ = false;
};

}  // namespace

int64_t OpenThreadNotifier(Environment& environment, napi_value callback) {
  auto notifier = std::make_unique<ThreadNotifier>(environment);
  int64_t result = notifier->Open(callback);
  if (result == 0) environment.notifier = notifier.release();
  return result;
}

}  // namespace berkeley
