// A result of several named fields.
#pragma once

#include <string>

#include "js/call.h"

namespace berkeley {

class Object {
 public:
  explicit Object(Call& call) : call_(call) { call.Check(napi_create_object(call.env(), &object_)); }

  Object& Number(const char* name, int32_t number) {
    napi_value value = nullptr;
    call_.Check(napi_create_int32(call_.env(), number, &value));
    return Set(name, value);
  }

  Object& Text(const char* name, const std::string& text) {
    napi_value value = nullptr;
    call_.Check(napi_create_string_utf8(call_.env(), text.data(), text.size(), &value));
    return Set(name, value);
  }

  Object& Member(const char* name, const Object& object) { return Set(name, object.object_); }

  napi_value Return() { return call_.ReturnObject(object_); }

 private:
  Object& Set(const char* name, napi_value value) {
    if (call_.ok()) call_.Check(napi_set_named_property(call_.env(), object_, name, value));
    return *this;
  }

  Call& call_;
  napi_value object_ = nullptr;
};

}  // namespace berkeley
