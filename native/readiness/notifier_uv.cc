// The notifier of runtimes with libuv: one uv_poll_t watches the descriptor of the reactor's set, epoll within epoll.
#include <memory>

#include "platform/uv.h"
#include "readiness/notifier.h"

namespace berkeley {
namespace {

class UvNotifier final : public Notifier {
 public:
  explicit UvNotifier(Environment& environment) : environment_(environment) {}

  int64_t Open(const platform::Uv* uv, napi_value callback, int fd) {
    uv_ = uv;
    uv_loop_t* loop = nullptr;
    napi_env env = environment_.env;
    if (napi_get_uv_event_loop(env, &loop) != napi_ok) return -ENOSYS;
    int error = uv_->poll_init(loop, &poll_, fd);
    if (error != 0) return error;
    uv_->prepare_init(loop, &prepare_);
    poll_.data = prepare_.data = this;
    napi_value name = nullptr;
    napi_create_string_utf8(env, "berkeley", NAPI_AUTO_LENGTH, &name);
    napi_create_reference(env, callback, 1, &callback_);
    napi_async_init(env, nullptr, name, &context_);
    napi_add_async_cleanup_hook(env, CleanUp, this, &hook_);
    uv_->poll_start(&poll_, UV_READABLE,
                    [](uv_poll_t* poll, int, int) { static_cast<UvNotifier*>(poll->data)->Notify(); });
    uv_->prepare_start(&prepare_, [](uv_prepare_t* prepare) { static_cast<UvNotifier*>(prepare->data)->Release(); });
    uv_->unref(reinterpret_cast<uv_handle_t*>(&poll_));
    uv_->unref(reinterpret_cast<uv_handle_t*>(&prepare_));
    return 0;
  }

  // libuv always watches the set's own descriptor, and calls again without being asked.
  void Watch(std::vector<pollfd>) override {}

  void SetKeepAlive(bool keep_alive) override {
    auto* handle = reinterpret_cast<uv_handle_t*>(&poll_);
    if (keep_alive) uv_->ref(handle);
    else uv_->unref(handle);
  }

 private:
  // Stops keeping the loop alive, just before it sleeps. Doing that as soon as no operation is pending would cost a
  // pair of calls for each message of an exchange, in which the next operation begins at once.
  void Release() {
    KeepAlive& keep_alive = *environment_.keep_alive;
    if (keep_alive.alive == 0 || keep_alive.pending > 0) return;
    SetKeepAlive(false);
    keep_alive.alive = 0;
  }

  void Notify() {
    napi_env env = environment_.env;
    napi_handle_scope scope;
    if (napi_open_handle_scope(env, &scope) != napi_ok) return;
    napi_value function = nullptr, receiver = nullptr, thrown = nullptr;
    napi_get_reference_value(env, callback_, &function);
    napi_get_global(env, &receiver);
    napi_status status = napi_make_callback(env, context_, receiver, function, 0, nullptr, nullptr);
    bool threw = status == napi_pending_exception && napi_get_and_clear_last_exception(env, &thrown) == napi_ok;
    if (threw) napi_fatal_exception(env, thrown);
    napi_close_handle_scope(env, scope);
  }

  // The handles must be closed before the environment ends, and libuv uses their memory until it calls OnClosed.
  static void CleanUp(napi_async_cleanup_hook_handle, void* data) {
    auto* notifier = static_cast<UvNotifier*>(data);
    napi_env env = notifier->environment_.env;
    notifier->environment_.notifier = nullptr;
    napi_delete_reference(env, notifier->callback_);
    napi_async_destroy(env, notifier->context_);
    notifier->uv_->close(reinterpret_cast<uv_handle_t*>(&notifier->prepare_), OnClosed);
    notifier->uv_->close(reinterpret_cast<uv_handle_t*>(&notifier->poll_), OnClosed);
  }

  static void OnClosed(uv_handle_t* handle) {
    auto* notifier = static_cast<UvNotifier*>(handle->data);
    if (++notifier->closed_handles_ < 2) return;
    napi_remove_async_cleanup_hook(notifier->hook_);
    delete notifier;
  }

  Environment& environment_;
  const platform::Uv* uv_ = nullptr;
  uv_poll_t poll_{};
  uv_prepare_t prepare_{};
  napi_ref callback_ = nullptr;
  napi_async_context context_ = nullptr;
  napi_async_cleanup_hook_handle hook_ = nullptr;
  int closed_handles_ = 0;
};

}  // namespace

int64_t OpenUvNotifier(Environment& environment, napi_value callback, int fd) {
  const platform::Uv* uv = platform::Uv::Get();
  if (uv == nullptr) return -ENOSYS;
  auto notifier = std::make_unique<UvNotifier>(environment);
  int64_t result = notifier->Open(uv, callback, fd);
  if (result == 0) environment.notifier = notifier.release();
  return result;
}

}  // namespace berkeley
