// js/ is the border to JavaScript: it reads a call's arguments without coercion, and returns a result, mostly one
// number. It owns what one environment has of the addon (environment.h), and lists the functions of all folders
// (exports.h).
#pragma once

#include <node_api.h>

#include <cstddef>
#include <cstdint>

#include "trace/trace.h"

namespace berkeley {

struct Environment;

struct Bytes {
  uint8_t* data = nullptr;
  size_t size = 0;
};

// The bytes that a verb works on over several steps: those of a Uint8Array, or memory of the addon's own. JavaScript that
// runs in between may detach or shrink the array's buffer, so Renew reads pointer and length again.
class Memory {
 public:
  Memory() = default;
  explicit Memory(Bytes own) : bytes_(own) {}
  Memory(napi_env env, napi_value view, Bytes bytes) : env_(env), view_(view), bytes_(bytes) {}

  uint8_t* data() const { return bytes_.data; }
  size_t size() const { return bytes_.size; }
  // False where the view is detached or shorter than before: the pointer must not be used any more.
  bool Renew();

 private:
  napi_env env_ = nullptr;
  napi_value view_ = nullptr;
  Bytes bytes_;
};

// A function of the addon, by the name under which native.ts calls it.
struct Export {
  const char* name;
  napi_callback function;
  uint8_t about = 0;  // what a trace records of its calls: see trace.h
};

// A function of the addon as one environment has it.
struct Binding {
  Environment* environment;
  const Export* row;
};

// One call from JavaScript. An argument of another type than asked for is our own mistake (TypeScript has checked
// what users gave): the reads answer zero, `Answer` then throws instead of answering.
class Call {
 public:
  static constexpr size_t kMost = 8;

  // `room`: how many arguments are looked at; fewer cost less.
  Call(napi_env env, napi_callback_info info, size_t room = kMost) : env_(env), count_(room) {
    void* data = nullptr;
    Check(napi_get_cb_info(env, info, &count_, arguments_, nullptr, &data));
    binding_ = static_cast<Binding*>(data);
    if (trace::On()) record_ = trace::Begin(*this, *binding_->row);
  }
  ~Call() {
    if (record_ != nullptr) trace::End(*this, *binding_->row, record_, answer_);
  }
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  napi_env env() const { return env_; }
  Environment& environment() const { return *binding_->environment; }
  size_t count() const { return count_; }
  napi_value at(size_t index) const { return arguments_[index]; }
  bool ok() const { return ok_; }
  void Check(napi_status status) { ok_ = ok_ && status == napi_ok; }

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

  bool Missing(size_t index) {
    napi_valuetype type = napi_undefined;
    Check(napi_typeof(env_, arguments_[index], &type));
    return type == napi_undefined || type == napi_null;
  }

  // A Uint8Array's bytes. Read it last: the pointer must not be kept across a call into JavaScript.
  Bytes View(size_t index);
  // The same for a verb that may wait.
  Memory LongView(size_t index) { return {env_, arguments_[index], View(index)}; }

  // A string as UTF-8 with a closing NUL in `out`; false when it does not fit.
  bool Text(size_t index, char* out, size_t room);

  napi_value Answer(int64_t number);
  napi_value AnswerBool(bool value);
  napi_value AnswerText(const char* text, size_t length = NAPI_AUTO_LENGTH);

 private:
  napi_value Misuse();

  napi_env env_;
  const Binding* binding_ = nullptr;
  trace::Record* record_ = nullptr;
  int64_t answer_ = 0;
  size_t count_;
  napi_value arguments_[kMost];
  bool ok_ = true;
};

}  // namespace berkeley
