// Arguments and results of this folder's functions: connections and bytes.
#pragma once

#include <memory>
#include <string>

#include "js/call.h"
#include "tls/connection.h"
#include "tls/handle.h"

namespace berkeley::tls {

// An open connection, the first argument; null, and misuse, for one that was freed.
inline std::shared_ptr<Connection> OpenConnection(Call& call) {
  auto connection = Unwrap<Connection>(call, 0);
  call.Require(connection != nullptr && connection->ssl != nullptr);
  return call.ok() ? connection : nullptr;
}

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
