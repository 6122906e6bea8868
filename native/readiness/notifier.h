// What tells JavaScript that the reactor's set has something ready: a bell, which rings in a turn of the event loop.
// It looks at descriptors and calls one function; what is ready, and for whom, TypeScript finds out itself.
#pragma once

#include <node_api.h>

#include <vector>

#include "js/environment.h"
#include "platform/platform.h"

namespace berkeley {

class Bell {
 public:
  // Watches these from now on, in place of those before. A bell that rings by itself again needs no second call.
  virtual void Watch(std::vector<pollfd> descriptors) = 0;
  // Whether the event loop goes on for it.
  virtual void Hold(bool held) = 0;

 protected:
  ~Bell() = default;
};

// Each answers 0 or -errno, and puts the bell into the environment, where it stays until the environment ends.
// By one uv_poll_t on a descriptor: -ENOSYS in a runtime without libuv.
int64_t OpenLoopBell(Environment& environment, napi_value ring, int fd);
// By a thread of its own, and a thread-safe function; it rings once after each call of Watch.
int64_t OpenThreadBell(Environment& environment, napi_value ring);

}  // namespace berkeley
