// The addon's own threads.
#pragma once

#include <pthread.h>

#include <cstddef>

namespace berkeley::platform {

// Starts a thread with all signals blocked. Returns 0 or an errno. With `handle` the thread has to be joined; without,
// it is detached.
int StartThread(size_t stack_bytes, void* (*run)(void*), void* argument, pthread_t* handle = nullptr);

// Whether the calling thread is the one that the process began with.
bool IsFirstThread();

}  // namespace berkeley::platform
