// Why OpenSSL failed, for TypeScript, which makes the error.
#pragma once

#include <cstdint>
#include <string>

#include "js/call.h"

namespace berkeley::tls {

// Results of this folder beside those of wait/results.h; src/native/results.ts has them too.
constexpr int64_t kTlsFailed = -100005;     // LastFailure has the reason
constexpr int64_t kNeedsContext = -100006;  // the handshake continues once a context for the server name is set

struct Failure {
  std::string reason;   // OpenSSL's words, such as "wrong version number"; empty if there are none
  std::string library;  // the part of OpenSSL, such as "SSL routines"
  long verify = 0;      // of the certificate of the peer: X509_V_ERR_..., or 0
  std::string verify_reason;
  bool truncated = false;  // the stream ended without close_notify
};

// The last failure in this thread.
Failure& LastFailure();

// Takes the oldest error of OpenSSL's queue, which is the cause, and clears the queue.
Failure TakeError();

// TakeError as the last failure. Returns kTlsFailed.
int64_t Fail();

// The function that returns the last failure to TypeScript.
napi_value ReturnFailure(Call& call);

}  // namespace berkeley::tls
