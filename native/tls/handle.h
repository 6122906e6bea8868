// An object of this folder that JavaScript holds: tagged, so that no other object is taken for it, and freed with it.
#pragma once

#include <node_api.h>

#include <atomic>
#include <memory>

#include "js/call.h"

namespace berkeley::tls {

// `Type` has a static `tag`, a static count `alive`, and `kBytes`: about what OpenSSL allocates for one. The garbage
// collector sees an empty object, and would leave many of them without that number.
template <typename Type>
void FinalizeHandle(napi_env env, void* data, void*) {
  delete static_cast<std::shared_ptr<Type>*>(data);
  int64_t total_bytes = 0;
  napi_adjust_external_memory(env, -Type::kBytes, &total_bytes);
}

template <typename Type>
napi_value Wrap(Call& call, std::shared_ptr<Type> object) {
  napi_value handle = nullptr;
  auto* owned = new std::shared_ptr<Type>(std::move(object));
  call.Check(napi_create_object(call.env(), &handle));
  call.Check(napi_type_tag_object(call.env(), handle, &Type::tag));
  if (call.ok()) call.Check(napi_wrap(call.env(), handle, owned, FinalizeHandle<Type>, nullptr, nullptr));
  if (!call.ok()) {
    delete owned;
    return handle;
  }
  int64_t total_bytes = 0;
  napi_adjust_external_memory(call.env(), Type::kBytes, &total_bytes);
  return handle;
}

// The object of an argument; null, and misuse, for anything else.
template <typename Type>
std::shared_ptr<Type> Unwrap(Call& call, size_t index) {
  bool is_type = false;
  void* data = nullptr;
  call.Check(napi_check_object_type_tag(call.env(), call.at(index), &Type::tag, &is_type));
  call.Require(is_type);
  if (call.ok()) call.Check(napi_unwrap(call.env(), call.at(index), &data));
  return call.ok() ? *static_cast<std::shared_ptr<Type>*>(data) : nullptr;
}

}  // namespace berkeley::tls
