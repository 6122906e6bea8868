#include "platform/thread.h"

#include <csignal>

namespace berkeley::platform {

// The thread inherits the full mask: signals to the process are delivered to threads that run JavaScript.
int StartThread(size_t stack_bytes, void* (*run)(void*), void* argument, pthread_t* handle) {
  pthread_attr_t attributes;
  int error = pthread_attr_init(&attributes);
  if (error != 0) return error;
  if (handle == nullptr) pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(&attributes, stack_bytes);
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  pthread_t thread;
  error = pthread_create(handle == nullptr ? &thread : handle, &attributes, run, argument);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  pthread_attr_destroy(&attributes);
  return error;
}

}  // namespace berkeley::platform
