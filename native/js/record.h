// An answer of several named fields.
#pragma once

#include <string>

#include "js/js.h"

namespace berkeley {

class Record {
 public:
  explicit Record(Call& call) : call_(call) { call.Check(napi_create_object(call.env(), &object_)); }

  Record& Number(const char* name, int32_t number) {
    napi_value value = nullptr;
    call_.Check(napi_create_int32(call_.env(), number, &value));
    return Set(name, value);
  }

  Record& Text(const char* name, const std::string& text) {
    napi_value value = nullptr;
    call_.Check(napi_create_string_utf8(call_.env(), text.data(), text.size(), &value));
    return Set(name, value);
  }

  napi_value Answer() { return call_.ok() ? object_ : call_.Answer(0); }

 private:
  Record& Set(const char* name, napi_value value) {
    if (call_.ok()) call_.Check(napi_set_named_property(call_.env(), object_, name, value));
    return *this;
  }

  Call& call_;
  napi_value object_ = nullptr;
};

}  // namespace berkeley
