#include "js/call.h"

namespace berkeley {

Bytes Call::View(size_t index) {
  Bytes bytes;
  Require(ok_ && ReadView(env_, arguments_[index], bytes));
  return ok_ ? bytes : Bytes{};
}

bool Call::Text(size_t index, char* out, size_t capacity) {
  size_t length = 0;
  out[0] = '\0';
  Check(napi_get_value_string_utf8(env_, arguments_[index], nullptr, 0, &length));
  if (!ok_ || length >= capacity) return false;
  Check(napi_get_value_string_utf8(env_, arguments_[index], out, capacity, &length));
  return ok_;
}

napi_value Call::ThrowMisuse() {
  constexpr const char* kMessage = "berkeley: an argument of the native call is wrong";
  bool pending = false;
  napi_is_exception_pending(env_, &pending);
  if (!pending) napi_throw_type_error(env_, "ERR_INTERNAL_ASSERTION", kMessage);
  return nullptr;
}

napi_value Call::Return(int64_t number) {
  if (!ok_) return ThrowMisuse();
  result_ = number;
  napi_value value = nullptr;
  bool is_small = number >= INT32_MIN && number <= INT32_MAX;
  if (is_small) {
    napi_create_int32(env_, static_cast<int32_t>(number), &value);
  } else {
    napi_create_double(env_, static_cast<double>(number), &value);
  }
  return value;
}

napi_value Call::ReturnBool(bool value) {
  if (!ok_) return ThrowMisuse();
  napi_value result = nullptr;
  napi_get_boolean(env_, value, &result);
  return result;
}

napi_value Call::ReturnText(const char* text, size_t length) {
  if (!ok_) return ThrowMisuse();
  napi_value value = nullptr;
  napi_create_string_utf8(env_, text, length, &value);
  return value;
}

napi_value Call::ReturnObject(napi_value object) { return ok_ ? object : ThrowMisuse(); }

}  // namespace berkeley
