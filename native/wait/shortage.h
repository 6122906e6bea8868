// Opening a descriptor where descriptors may have run out.
#pragma once

#include <cerrno>

#include "wait/borrowed.h"
#include "wait/environment.h"

namespace berkeley {

// Calls `open`, which returns a descriptor or -errno. If descriptors ran out, closes those of dropped objects and calls
// it once more. JavaScript may run in between (see Environment::Collect): `borrowed` is revalidated then.
template <typename Open>
int64_t OpenOrSweep(Environment& environment, Borrowed& borrowed, Open open) {
  environment.descriptors.SweepIfDue(environment);
  int64_t fd = open();
  if (fd != -EMFILE && fd != -ENFILE) return fd;
  borrowed.Remember(environment);
  if (environment.descriptors.CollectAndSweep(environment) == 0) return fd;
  int64_t gone = borrowed.Revalidate(environment);
  return gone < 0 ? gone : open();
}

// The same for an `open` that uses nothing of JavaScript's.
template <typename Open>
int64_t OpenOrSweep(Environment& environment, Open open) {
  BorrowedDescriptor none;
  return OpenOrSweep(environment, none, open);
}

}  // namespace berkeley
