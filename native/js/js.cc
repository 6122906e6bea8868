#include "js/js.h"

#include "js/environment.h"

namespace berkeley {

namespace {

// False for what is no Uint8Array. A detached one has no bytes.
bool ReadView(napi_env env, napi_value view, Bytes& bytes) {
  napi_typedarray_type type = napi_uint8_array;
  void* data = nullptr;
  if (napi_get_typedarray_info(env, view, &type, &bytes.size, &data, nullptr, nullptr) != napi_ok) return false;
  bytes.data = static_cast<uint8_t*>(data);
  return type == napi_uint8_array;
}

}  // namespace

bool Memory::Renew() {
  if (view_ == nullptr) return true;
  Bytes now;
  if (!ReadView(env_, view_, now) || now.size < bytes_.size) return false;
  bytes_.data = now.data;
  return true;
}

Bytes Call::View(size_t index) {
  Bytes bytes;
  ok_ = ok_ && ReadView(env_, arguments_[index], bytes);
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
