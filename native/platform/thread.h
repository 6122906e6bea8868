// Threads of the addon's own: small ones that take no signal of the process.
#pragma once

#include <pthread.h>

#include <cstddef>

namespace berkeley {

// Answers 0 or an errno. Whoever takes no handle has the thread end on its own; otherwise it has to be joined.
int StartThread(size_t stack, void* (*run)(void*), void* argument, pthread_t* handle = nullptr);

}  // namespace berkeley
