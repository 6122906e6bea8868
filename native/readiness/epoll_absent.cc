// In place of epoll.cc on systems without epoll(7): TypeScript then uses poll.cc.
#include "readiness/exports.h"

namespace berkeley {

const Export kEpollExports[] = {{nullptr, nullptr}};

}  // namespace berkeley
