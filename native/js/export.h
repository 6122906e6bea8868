// A function of the addon: its name in src/native/addon.ts, its code, and what a trace records of its calls.
#pragma once

#include <node_api.h>

#include <cstdint>

namespace berkeley {

class Call;
struct Environment;

// What a trace records of the calls of a function. Those of a function without any of these are not recorded.
constexpr uint8_t kRecorded = 1;        // it has no descriptor, or several
constexpr uint8_t kFdArgument = 2;      // its descriptor is the first argument
constexpr uint8_t kUsesRegisters = 4;   // its descriptor and its result are in Environment::registers
constexpr uint8_t kReturnsFd = 8;       // its result is a new descriptor
constexpr uint8_t kTakesAddress = 16;   // it uses the address in Environment::input
constexpr uint8_t kReturnsAddress = 32; // it fills the address in Environment::output

struct Export {
  const char* name;
  napi_value (*function)(Call& call);
  uint8_t traits = 0;
};

// The function as one environment has it.
struct Binding {
  Environment* environment;
  const Export* row;
};

}  // namespace berkeley
