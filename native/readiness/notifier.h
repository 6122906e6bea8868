// The notifier of the reactor: it calls one JavaScript function in a turn of the event loop when a descriptor is ready.
// TypeScript then finds out which sockets are ready.
#pragma once

#include <node_api.h>
#include <poll.h>

#include <cstdint>
#include <vector>

#include "wait/environment.h"

namespace berkeley {

class Notifier {
 public:
  // Watches these descriptors from now on, in place of the earlier ones. A notifier that calls once for each Watch
  // needs the next one to call again.
  virtual void Watch(std::vector<pollfd> descriptors) = 0;
  // Whether the notifier keeps the event loop alive.
  virtual void SetKeepAlive(bool keep_alive) = 0;

 protected:
  ~Notifier() = default;
};

// Each opens a notifier of `callback`, and sets it as the environment's, whose end frees it. Returns 0 or -errno.

// With one uv_poll_t on a descriptor. -ENOSYS in a runtime without libuv.
int64_t OpenUvNotifier(Environment& environment, napi_value callback, int fd);
// With a thread, which calls once for each Watch.
int64_t OpenThreadNotifier(Environment& environment, napi_value callback);

}  // namespace berkeley
