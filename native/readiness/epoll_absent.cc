// For systems without epoll: Selector then uses poll(2), through poll.cc.
#include "js/exports.h"

namespace berkeley {

const Export kSelectorExports[] = {{nullptr, nullptr}};

}  // namespace berkeley
