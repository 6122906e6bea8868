/*
 * What Debian's libstdc++ and libgcc_s need of glibc and musl lacks, so that a program for musl can use them: Debian has no
 * C++ library for musl. musl binds every symbol at once, so each has to be there, though a program may call none.
 * The preloaded library is for trying the addon on Linux with musl, and for nothing else.
 */
#include <stddef.h>
#include <sys/random.h>

size_t strftime_l(char *, size_t, const char *, const void *, void *);

/* The number of threads is unknown, so reference counts are atomic. */
char __libc_single_threaded = 0;

/* libgcc has the model of the processor itself; nothing is detected, which chooses the plain code. */
unsigned __cpu_model[4];
int __cpu_indicator_init(void) { return 0; }

/* Not found: the unwinder goes on with dl_iterate_phdr, which musl has. */
int _dl_find_object(void *address, void *result) {
  (void)address, (void)result;
  return -1;
}

unsigned arc4random(void) {
  unsigned number = 0;
  (void)!getrandom(&number, sizeof number, 0);
  return number;
}

size_t __strftime_l(char *text, size_t size, const char *format, const void *time, void *locale) {
  return strftime_l(text, size, format, time, locale);
}

/* Destructors of a thread's objects are left out: the threads of the runtime last as long as the process. */
int __cxa_thread_atexit_impl(void (*destructor)(void *), void *object, void *library) {
  (void)destructor, (void)object, (void)library;
  return 0;
}
