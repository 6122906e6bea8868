// The recorder: what each call from JavaScript did, when and for how long, in a ring of memory for each thread.
//
// A ring lies in memory of this process, or in a file that it is mapped to: then it survives any end of the process,
// and the call that was going on then is in it. Both are laid out as Header, then Records; src/trace/ring.ts reads them.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>

#include "platform/counted.h"
#include "trace/mapping.h"

namespace berkeley {

class Call;
struct Environment;
struct Export;

namespace trace {

constexpr size_t kNameRoom = 16;
constexpr size_t kCountRoom = 28;
static_assert(counted::kSystemCalls <= kCountRoom, "a record has no room for so many system calls");

// One call. Times are nanoseconds of CLOCK_MONOTONIC.
struct Record {
  int64_t start;  // 0: the record is not filled in yet
  int64_t end;  // 0: it has not ended
  int64_t wait_start;
  int64_t waiting;  // inside poll(2), all rounds together
  int64_t answer;
  int32_t fd;           // -1: it is about none
  uint32_t generation;  // of the descriptor: tells a number from its later re-use
  uint32_t made;        // the generation of the descriptor that it answered
  uint16_t family;
  uint16_t port;  // of the address that was given, or that came
  char verb[kNameRoom];
  uint16_t counts[kCountRoom];  // 65535 is that many or more
};
static_assert(sizeof(Record) == 128);

struct Header {
  char magic[8];  // written last: zero where the header is not filled in yet
  uint32_t record_size, limit;
  uint32_t process, thread;
  uint32_t main_thread, names;
  int64_t began;     // CLOCK_MONOTONIC, nanoseconds; of the trace, not of the thread
  int64_t began_at;  // CLOCK_REALTIME, milliseconds
  std::atomic<uint64_t> begun, ended;
  uint64_t totals[kCountRoom];  // with the system calls that no call of JavaScript's made
  char name[kCountRoom][kNameRoom];
};

// The recorder only writes to the memory of a ring, and reads nothing of it back: that may be a file, and anything may be
// written to a file from outside. What it computes with is kept beside it.
class Ring {
 public:
  // `path`: the file to map, or ''. Null where there is no memory, no file or no room on its disk.
  static std::unique_ptr<Ring> Make(uint32_t limit, const char* path);
  Ring(const Ring&) = delete;
  Ring& operator=(const Ring&) = delete;

  Header& header() const { return *header_; }
  // How many bytes of it are in use, and begin with the header.
  size_t Used() const;
  // Its thread has ended: its file gives the room back that it does not need.
  void Close();
  // The record of a call that begins, all zero; it stands where the oldest one stood.
  Record* Begin();
  // The thread makes a system call, within a call or between two.
  void Count(size_t system_call);
  // The open call, if there is one, has waited for this time.
  void Waited(int64_t since, int64_t until);
  void End();
  // Of the call that goes on, or null.
  Record* open() const { return open_; }

 private:
  Ring(std::unique_ptr<Mapping> mapping, Header* header, uint32_t limit)
      : mapping_(std::move(mapping)), header_(header), limit_(limit) {}

  const std::unique_ptr<Mapping> mapping_;
  Header* const header_;
  const uint32_t limit_;
  std::atomic<uint64_t> begun_{0};
  uint64_t totals_[kCountRoom] = {};
  // Of the open call.
  Record* open_ = nullptr;
  int64_t wait_start_ = 0, waiting_ = 0;
  uint16_t counts_[kCountRoom] = {};
};

// What a row of exports says of its calls: whose they are, and where an address is. Those of a row that says nothing
// are not recorded.
namespace about {
constexpr uint8_t kCall = 1;        // of no descriptor, or of several
constexpr uint8_t kFirst = 2;       // of the descriptor that is the first argument
constexpr uint8_t kRegistered = 4;  // of that in the registers, where the answer is, too
constexpr uint8_t kMakes = 8;       // the answer is a new descriptor
constexpr uint8_t kGiven = 16;      // to the address in Environment::input
constexpr uint8_t kCame = 32;       // from the address in Environment::output
}  // namespace about

inline bool On() { return counted::session.load(std::memory_order_relaxed) != 0; }

// Notes the beginning of a call, if its thread is traced: what End is to be given, or null.
Record* Begin(const Call& call, const Export& row);
void End(const Call& call, const Export& row, Record* ours, int64_t answer);
// The call that goes on has waited since then, for the first time or again.
void Waited(int64_t since);
// The environment ends: its ring stays with the trace.
void Leave(Environment& environment);

}  // namespace trace
}  // namespace berkeley
