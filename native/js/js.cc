#include "js/js.h"

#include "js/environment.h"

namespace berkeley {

Bytes Call::View(size_t index) {
  Bytes bytes;
  napi_typedarray_type type = napi_uint8_array;
  void* data = nullptr;
  Check(napi_get_typedarray_info(env_, arguments_[index], &type, &bytes.size, &data, nullptr, nullptr));
  ok_ = ok_ && type == napi_uint8_array;
  bytes.data = static_cast<uint8_t*>(data);
  return ok_ ? bytes : Bytes{};
}

bool Call::Text(size_t index, char* out, size_t room) {
  size_t length = 0;
  out[0] = '\0';
  Check(napi_get_value_string_utf8(env_, arguments_[index], nullptr, 0, &length));
  if (!ok_ || length >= room) return false;
  Check(napi_get_value_string_utf8(env_, arguments_[index], out, room, &length));
  return ok_;
}

napi_value Call::Misuse() {
  bool pending = false;
  napi_is_exception_pending(env_, &pending);
  if (!pending) napi_throw_type_error(env_, "ERR_INTERNAL_ASSERTION", "berkeley: an argument of the native call is wrong");
  return nullptr;
}

napi_value Call::Answer(int64_t number) {
  if (!ok_) return Misuse();
  answer_ = number;
  napi_value value = nullptr;
  bool is_small = number >= INT32_MIN && number <= INT32_MAX;
  if (is_small) {
    napi_create_int32(env_, static_cast<int32_t>(number), &value);
  } else {
    napi_create_double(env_, static_cast<double>(number), &value);
  }
  return value;
}

napi_value Call::AnswerBool(bool truth) {
  if (!ok_) return Misuse();
  napi_value value = nullptr;
  napi_get_boolean(env_, truth, &value);
  return value;
}

napi_value Call::AnswerText(const char* text, size_t length) {
  if (!ok_) return Misuse();
  napi_value value = nullptr;
  napi_create_string_utf8(env_, text, length, &value);
  return value;
}

}  // namespace berkeley
