// State that JavaScript owns and a verb uses after a wait: descriptors, memory. JavaScript that runs during the wait
// (see Environment::MayRunJavaScript) may take it away. The wait loop revalidates it after each such run, so that no
// verb can forget to.
#pragma once

#include "js/memory.h"
#include "wait/environment.h"
#include "wait/results.h"

namespace berkeley {

class Borrowed {
 public:
  // Called before JavaScript may run.
  virtual void Remember(const Environment&) {}
  // Called after that. Returns 0, or why the verb cannot go on: kClosed or kChanged.
  virtual int64_t Revalidate(const Environment& environment) = 0;

 protected:
  ~Borrowed() = default;
};

// A descriptor. Its number may belong to another file afterwards, which the generation shows.
class BorrowedDescriptor : public Borrowed {
 public:
  explicit BorrowedDescriptor(int descriptor = -1) : fd(descriptor) {}

  void Remember(const Environment& environment) override { generation_ = environment.descriptors.Generation(fd); }
  int64_t Revalidate(const Environment& environment) override {
    return environment.descriptors.Generation(fd) == generation_ ? 0 : kClosed;
  }

  int fd;

 private:
  uint32_t generation_ = 0;
};

}  // namespace berkeley
