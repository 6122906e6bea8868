// Arguments and results of this folder's functions that are bytes.
#pragma once

#include <string>

#include "js/call.h"

namespace berkeley::tls {

// A copy of a view's bytes: OpenSSL keeps pointers, or calls back.
inline std::string CopyOf(Call& call, size_t index) {
  Bytes bytes = call.View(index);
  return call.ok() ? std::string(reinterpret_cast<const char*>(bytes.data), bytes.size) : std::string();
}

inline napi_value ReturnBytes(Call& call, const void* data, size_t size) {
  napi_value buffer = nullptr;
  if (call.ok()) call.Check(napi_create_buffer_copy(call.env(), size, data, nullptr, &buffer));
  return call.ReturnObject(buffer);
}

inline napi_value ReturnNull(Call& call) {
  napi_value none = nullptr;
  napi_get_null(call.env(), &none);
  return call.ReturnObject(none);
}

}  // namespace berkeley::tls
