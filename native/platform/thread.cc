#include "platform/thread.h"

#include <csignal>

#ifdef __linux__
#include <sys/syscall.h>
#include <unistd.h>
#endif

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

// gettid(2): the first thread has the number of the process. glibc has a function for it only since 2.30.
bool IsFirstThread() {
#ifdef __linux__
  return syscall(SYS_gettid) == getpid();
#elif defined(__APPLE__)
  return pthread_main_np() != 0;
#else
  return false;
#endif
}

}  // namespace berkeley::platform
