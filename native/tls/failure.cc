#include "tls/failure.h"

#include <string>

#include "js/object.h"
#include "tls/openssl.h"

namespace berkeley::tls {

Failure& LastFailure() {
  thread_local Failure last;
  return last;
}

Failure TakeError() {
  Failure failure;
  unsigned long error = openssl.ERR_peek_error();
  const char* reason = error == 0 ? nullptr : openssl.ERR_reason_error_string(error);
  const char* library = error == 0 ? nullptr : openssl.ERR_lib_error_string(error);
  if (reason != nullptr) failure.reason = reason;
  // Reasons from 1000 on are alerts of the peer's.
  unsigned long number = error & kReasonMask;
  if (reason == nullptr && number >= kReasonFirstAlert) {
    failure.reason = "unknown alert " + std::to_string(number - kReasonFirstAlert);
  }
  if (library != nullptr) failure.library = library;
  openssl.ERR_clear_error();
  return failure;
}

int64_t Fail() {
  LastFailure() = TakeError();
  return kTlsFailed;
}

napi_value ReturnFailure(Call& call) {
  const Failure failure = LastFailure();
  return Object(call)
      .Text("reason", failure.reason)
      .Text("library", failure.library)
      .Number("verify", static_cast<int32_t>(failure.verify))
      .Text("verifyReason", failure.verify_reason)
      .Number("truncated", failure.truncated)
      .Return();
}

}  // namespace berkeley::tls
