// Wakers: descriptors that any thread of the process can make readable by an id, for a wait that polls them among
// others.
#pragma once

#include <cstdint>

namespace berkeley {

// Opens one: 0 with its descriptor and its id, or -errno. The caller owns the descriptor.
int OpenWaker(int* fd, uint32_t* id);
// Makes it readable. False if the waker has been closed.
bool RaiseWaker(uint32_t id);
// To call before its descriptor is closed.
void CloseWaker(uint32_t id);

}  // namespace berkeley
