// The results of verbs: >= 0, -errno, or one of these, which src/native/results.ts has too.
#pragma once

#include <cerrno>
#include <cstdint>

namespace berkeley {

constexpr int64_t kTimedOut = -100001;
constexpr int64_t kStopped = -100002;  // the environment ends: the caller cannot run any more
constexpr int64_t kClosed = -100003;   // JavaScript closed the descriptor or gave it away during the wait
constexpr int64_t kChanged = -100004;  // JavaScript detached or shrank the memory during the wait

// Converts the result of a system call that has just returned.
inline int64_t OrErrno(int64_t result) { return result < 0 ? -errno : result; }

}  // namespace berkeley
