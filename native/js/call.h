// js/ is the border to JavaScript: it reads the arguments of a call without coercion, and returns a result, mostly one
// number.
//
// TypeScript has checked what users passed, so an argument of another type is a fault of the library. A read then
// returns zero, the call is not `ok` any more, and Return throws instead of returning.
#pragma once

#include <node_api.h>

#include <cstddef>
#include <cstdint>

#include "js/export.h"
#include "js/memory.h"

namespace berkeley {

class Call {
 public:
  static constexpr size_t kMaxArguments = 8;

  // `max_arguments`: how many arguments can be read; fewer cost less.
  Call(napi_env env, napi_callback_info info, size_t max_arguments) : env_(env), count_(max_arguments) {
    void* data = nullptr;
    Check(napi_get_cb_info(env, info, &count_, arguments_, nullptr, &data));
    binding_ = static_cast<Binding*>(data);
  }
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  napi_env env() const { return env_; }
  Environment& environment() const { return *binding_->environment; }
  const Export& row() const { return *binding_->row; }
  size_t count() const { return count_; }
  napi_value at(size_t index) const { return arguments_[index]; }
  bool ok() const { return ok_; }
  void Check(napi_status status) { ok_ = ok_ && status == napi_ok; }
  void Require(bool valid) { ok_ = ok_ && valid; }

  int32_t Int(size_t index) {
    int32_t value = 0;
    Check(napi_get_value_int32(env_, arguments_[index], &value));
    return value;
  }

  int64_t Long(size_t index) {
    int64_t value = 0;
    Check(napi_get_value_int64(env_, arguments_[index], &value));
    return value;
  }

  double Double(size_t index) {
    double value = 0;
    Check(napi_get_value_double(env_, arguments_[index], &value));
    return value;
  }

  bool Bool(size_t index) {
    bool value = false;
    Check(napi_get_value_bool(env_, arguments_[index], &value));
    return value;
  }

  // The bytes of a Uint8Array. Read them last: the pointer must not be kept across a call into JavaScript.
  Bytes View(size_t index);
  // The same for a verb that may wait, in which JavaScript may run.
  Memory WaitingView(size_t index) { return {env_, arguments_[index], View(index)}; }

  // A string as UTF-8 with a closing NUL. False if it does not fit into `capacity` bytes.
  bool Text(size_t index, char* out, size_t capacity);

  napi_value Return(int64_t number);
  napi_value ReturnBool(bool value);
  napi_value ReturnText(const char* text, size_t length = NAPI_AUTO_LENGTH);
  // An object that Node-API calls have made; null if one of them failed.
  napi_value ReturnObject(napi_value object);

  // The number that Return returned.
  int64_t result() const { return result_; }

 private:
  napi_value ThrowMisuse();

  napi_env env_;
  const Binding* binding_ = nullptr;
  int64_t result_ = 0;
  size_t count_;
  napi_value arguments_[kMaxArguments];
  bool ok_ = true;
};

}  // namespace berkeley
