#include "js/memory.h"

namespace berkeley {

bool ReadView(napi_env env, napi_value view, Bytes& bytes) {
  napi_typedarray_type type = napi_uint8_array;
  void* data = nullptr;
  if (napi_get_typedarray_info(env, view, &type, &bytes.size, &data, nullptr, nullptr) != napi_ok) return false;
  bytes.data = static_cast<uint8_t*>(data);
  return type == napi_uint8_array;
}

bool Memory::Revalidate() {
  if (view_ == nullptr) return true;
  Bytes current;
  if (!ReadView(env_, view_, current) || current.size < bytes_.size) return false;
  bytes_.data = current.data;
  return true;
}

}  // namespace berkeley
