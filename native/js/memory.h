// Bytes that JavaScript owns and native code works on.
#pragma once

#include <node_api.h>

#include <cstddef>
#include <cstdint>

namespace berkeley {

struct Bytes {
  uint8_t* data = nullptr;
  size_t size = 0;
};

// Reads pointer and length of a Uint8Array. False for anything else. A detached one has no bytes.
bool ReadView(napi_env env, napi_value view, Bytes& bytes);

// The bytes that a verb works on while JavaScript may run in between: those of a Uint8Array, or memory of the addon.
// JavaScript may detach or shrink the array's buffer.
class Memory {
 public:
  Memory() = default;
  explicit Memory(Bytes own) : bytes_(own) {}
  Memory(napi_env env, napi_value view, Bytes bytes) : env_(env), view_(view), bytes_(bytes) {}

  uint8_t* data() const { return bytes_.data; }
  size_t size() const { return bytes_.size; }
  // Reads the pointer again after JavaScript has run. False if the view is detached or shorter than before: the pointer
  // must not be used any more.
  bool Revalidate();

 private:
  napi_env env_ = nullptr;
  napi_value view_ = nullptr;
  Bytes bytes_;
};

}  // namespace berkeley
