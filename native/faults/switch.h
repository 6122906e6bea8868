// faults/ makes the N-th call of the addon fail, as SQLite's tests do. It is compiled by `build-native.mjs --faults` alone,
// for test/faults/.
//
// The linker puts the switch under the calls: `--wrap=recv` links every reference of the addon to recv(2) to __wrap_recv,
// which this folder defines (wrapped.cc), and __real_recv to the C library's. So no other source knows of the switch,
// none can make a call around it, and every other build has but an empty list of exports. calls.inc lists the calls.
//
// Two kinds of failure are left out:
// - operator new. The addon is compiled without exceptions, so a failure ends the process, as it does in Node itself.
// - napi_create_int32, napi_open_handle_scope and the like, which check their arguments and cannot fail otherwise.
#pragma once

#include <cstdint>

namespace berkeley::faults {

#define CALL(symbol, name, reports, parameters) k_##symbol,
#define VARIADIC(symbol, name) k_##symbol,
#define CLOSE(symbol, name) k_##symbol,
#define CONNECT(symbol, name) k_##symbol,
#define TRANSFER(symbol, name, reports, parameters, length) k_##symbol,
enum Symbol : uint8_t {
#include "faults/calls.inc"
  kSymbols
};
#undef CALL
#undef VARIADIC
#undef CLOSE
#undef CONNECT
#undef TRANSFER

// Not an errno: the call transfers one byte, where it has more.
constexpr int kShort = 1 << 20;

// Arms the switch with `call:error:when`, in place of what it was armed with; an empty text disarms it. False, and
// disarmed, where the text means nothing.
//
// `call` is a name of calls.inc. `error` is the name of an errno, an EAI_* of getaddrinfo(3), or `short`. `when` counts
// the calls of that name by all threads from now on: `3` is the third, `3x20` the third and 19 more, `3+` the third and
// all that follow.
bool Arm(const char* text);
// How many calls have failed since Arm.
int64_t Failures();
// How often the calls of this symbol were made since Arm was given a fault; and their name.
int64_t Made(Symbol symbol);
const char* NameOf(Symbol symbol);

// Counts a call. Returns 0, kShort, or the error that it has to report.
int Strike(Symbol symbol);

}  // namespace berkeley::faults
