// The ring buffer in which a trace keeps the last calls of one thread.
//
// It is memory of this process, or a mapped file. A file survives any end of the process, and contains the call that
// was in progress then. Both are laid out as a Header, then CallRecords. src/trace/ring.ts reads the same layout.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>

#include "platform/counted.h"
#include "platform/mapped_memory.h"

namespace berkeley::trace {

constexpr size_t kNameBytes = 16;
constexpr size_t kMaxSystemCalls = 28;
static_assert(counted::kSystemCalls <= kMaxSystemCalls, "a record has no room for so many system calls");

// One call. Times are nanoseconds of CLOCK_MONOTONIC.
struct CallRecord {
  int64_t start;  // 0: the record is not filled in yet
  int64_t end;  // 0: the call is in progress
  int64_t wait_start;
  int64_t waiting;  // in poll(2), all waits together
  int64_t result;
  int32_t fd;           // -1: none
  uint32_t generation;  // of the descriptor, which differs when its number is reused
  uint32_t made;        // the generation of the descriptor that the call returned
  uint32_t port;        // of the address that the call took or returned; those of AF_VSOCK have 32 bits
  char verb[kNameBytes];
  uint16_t counts[kMaxSystemCalls];  // 65535 means that many or more
};
static_assert(sizeof(CallRecord) == 128);

struct Header {
  std::atomic<uint64_t> magic;  // 8 characters, written last: zero while the header is not filled in yet
  uint32_t record_size, limit;
  uint32_t process, thread;
  uint32_t main_thread, names;
  int64_t began;     // when the trace began, in nanoseconds of CLOCK_MONOTONIC
  int64_t began_at;  // the same, in milliseconds of CLOCK_REALTIME
  std::atomic<uint64_t> begun, ended;
  uint64_t totals[kMaxSystemCalls];  // with the system calls that were made outside of calls from JavaScript
  char name[kMaxSystemCalls][kNameBytes];
};

// The recorder only writes to the memory of a ring, and reads nothing of it back: the memory may be a file, and other
// programs can write anything to a file. The state that the recorder computes with is private.
class Ring {
 public:
  // `limit`: how many records it has. `path`: the file to map; empty for memory of the process. Null if there is no
  // memory, no folder, or no room on its disk.
  static std::unique_ptr<Ring> Make(uint32_t limit, const char* path);
  Ring(const Ring&) = delete;
  Ring& operator=(const Ring&) = delete;

  Header& header() const { return *header_; }
  // How many bytes are in use, from the header on.
  size_t UsedBytes() const;
  // The thread has ended: shortens the file to the bytes in use.
  void Close();
  // The zeroed record of a call that begins. It replaces the oldest one.
  CallRecord* Begin();
  // The thread makes a system call, in a call or between two.
  void Count(size_t system_call);
  // The call in progress, if there is one, has waited for this time.
  void Waited(int64_t since_ns, int64_t until_ns);
  void End();
  // The record of the call that is in progress, or null.
  CallRecord* open() const { return open_; }

 private:
  Ring(std::unique_ptr<platform::MappedMemory> memory, Header* header, uint32_t limit)
      : memory_(std::move(memory)), header_(header), limit_(limit) {}

  const std::unique_ptr<platform::MappedMemory> memory_;
  Header* const header_;
  const uint32_t limit_;
  std::atomic<uint64_t> begun_{0};
  uint64_t totals_[kMaxSystemCalls] = {};
  // Of the call in progress.
  CallRecord* open_ = nullptr;
  int64_t wait_start_ = 0, waiting_ = 0;
  uint16_t counts_[kMaxSystemCalls] = {};
};

}  // namespace berkeley::trace
