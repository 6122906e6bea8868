// The bell of runtimes with libuv: the set's descriptor is watched by one uv_poll_t, epoll within epoll.
#include <memory>

#include "readiness/notifier.h"
#include "platform/uv.h"

namespace berkeley {
namespace {

class LoopBell final : public Bell {
 public:
  explicit LoopBell(Environment& environment) : environment_(environment) {}

  int64_t Open(const Uv* uv, napi_value ring, int fd) {
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
    napi_create_reference(env, ring, 1, &ring_);
    napi_async_init(env, nullptr, name, &context_);
    napi_add_async_cleanup_hook(env, CleanUp, this, &hook_);
    uv_->poll_start(&poll_, UV_READABLE, [](uv_poll_t* poll, int, int) { static_cast<LoopBell*>(poll->data)->Ring(); });
    uv_->prepare_start(&prepare_, [](uv_prepare_t* prepare) { static_cast<LoopBell*>(prepare->data)->LetGo(); });
    uv_->unref(reinterpret_cast<uv_handle_t*>(&poll_));
    uv_->unref(reinterpret_cast<uv_handle_t*>(&prepare_));
    return 0;
  }

  // libuv goes on by itself, and always with the set's own descriptor.
  void Watch(std::vector<pollfd>) override {}

  void Hold(bool held) override {
    auto* handle = reinterpret_cast<uv_handle_t*>(&poll_);
    if (held) uv_->ref(handle);
    else uv_->unref(handle);
  }

 private:
  // Before the loop sleeps, not as soon as nobody waits: in an exchange of messages somebody does again at once.
  void LetGo() {
    if (environment_.holds->held == 0 || environment_.holds->waiting > 0) return;
    Hold(false);
    environment_.holds->held = 0;
  }

  void Ring() {
    napi_env env = environment_.env;
    napi_handle_scope scope;
    if (napi_open_handle_scope(env, &scope) != napi_ok) return;
    napi_value function = nullptr, receiver = nullptr, thrown = nullptr;
    napi_get_reference_value(env, ring_, &function);
    napi_get_global(env, &receiver);
    napi_status status = napi_make_callback(env, context_, receiver, function, 0, nullptr, nullptr);
    bool threw = status == napi_pending_exception && napi_get_and_clear_last_exception(env, &thrown) == napi_ok;
    if (threw) napi_fatal_exception(env, thrown);
    napi_close_handle_scope(env, scope);
  }

  // The handles must be closed before the environment ends, and their memory is libuv's until it says so.
  static void CleanUp(napi_async_cleanup_hook_handle, void* data) {
    auto* bell = static_cast<LoopBell*>(data);
    napi_env env = bell->environment_.env;
    bell->environment_.bell = nullptr;
    napi_delete_reference(env, bell->ring_);
    napi_async_destroy(env, bell->context_);
    bell->uv_->close(reinterpret_cast<uv_handle_t*>(&bell->prepare_), Closed);
    bell->uv_->close(reinterpret_cast<uv_handle_t*>(&bell->poll_), Closed);
  }

  static void Closed(uv_handle_t* handle) {
    auto* bell = static_cast<LoopBell*>(handle->data);
    if (++bell->closed_ < 2) return;
    napi_remove_async_cleanup_hook(bell->hook_);
    delete bell;
  }

  Environment& environment_;
  const Uv* uv_ = nullptr;
  uv_poll_t poll_{};
  uv_prepare_t prepare_{};
  napi_ref ring_ = nullptr;
  napi_async_context context_ = nullptr;
  napi_async_cleanup_hook_handle hook_ = nullptr;
  int closed_ = 0;
};

}  // namespace

int64_t OpenLoopBell(Environment& environment, napi_value ring, int fd) {
  const Uv* uv = Uv::Get();
  if (uv == nullptr) return -ENOSYS;
  auto bell = std::make_unique<LoopBell>(environment);
  int64_t answer = bell->Open(uv, ring, fd);
  if (answer == 0) environment.bell = bell.release();
  return answer;
}

}  // namespace berkeley
