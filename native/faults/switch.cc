#include "faults/switch.h"

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "platform/constants.h"

namespace berkeley::faults {
namespace {

#define CALL(symbol, name, reports, parameters) #name,
#define VARIADIC(symbol, name) #name,
#define CLOSE(symbol, name) #name,
#define CONNECT(symbol, name) #name,
#define TRANSFER(symbol, name, reports, parameters, length) #name,
const char* const names[] = {
#include "faults/calls.inc"
};
#undef CALL
#undef VARIADIC
#undef CLOSE
#undef CONNECT
#undef TRANSFER

// Read by every thread, and by signal handlers: lock-free.
std::atomic<bool> armed[kSymbols];
std::atomic<int> error_to_report{0};
std::atomic<int64_t> first{0}, last{0};  // the calls that fail, counted from 1
std::atomic<int64_t> matching{0}, failures{0};
std::atomic<int64_t> made[kSymbols];

int NumberOf(const char* error) {
  if (strcmp(error, "short") == 0) return kShort;
  for (const platform::NamedNumber* row = platform::kErrorNumbers; row->name != nullptr; row++) {
    if (strcmp(row->name, error) == 0) return static_cast<int>(row->value);
  }
  return 0;
}

// The range of `when`. False where it means nothing.
bool SetRange(const char* when) {
  char* end = nullptr;
  int64_t begin = strtoll(when, &end, 10);
  int64_t count = 1;
  if (*end == 'x') count = strtoll(end + 1, &end, 10);
  bool forever = *end == '+';
  first = begin;
  last = forever ? INT64_MAX : begin + count - 1;
  return begin > 0 && count > 0 && *(forever ? end + 1 : end) == '\0';
}

// Arms the calls of this name. Returns how many there are.
int ArmCalls(const char* name) {
  int count = 0;
  for (int i = 0; i < kSymbols; i++) {
    bool matches = strcmp(names[i], name) == 0;
    armed[i] = matches;
    count += matches;
  }
  return count;
}

// BERKELEY_FAULT arms the switch when the addon is loaded.
const bool armed_at_start = [] {
  const char* text = getenv("BERKELEY_FAULT");
  return text != nullptr && Arm(text);
}();

}  // namespace

bool Arm(const char* text) {
  ArmCalls("");
  if (*text == '\0') return true;
  matching = failures = 0;
  for (auto& count : made) count = 0;
  char call[32], error[32], when[32];
  if (sscanf(text, "%31[^:]:%31[^:]:%31s", call, error, when) != 3) return false;
  error_to_report = NumberOf(error);
  return error_to_report != 0 && SetRange(when) && ArmCalls(call) > 0;
}

int64_t Failures() { return failures; }

int64_t Made(Symbol symbol) { return made[symbol]; }

const char* NameOf(Symbol symbol) { return names[symbol]; }

int Strike(Symbol symbol) {
  made[symbol].fetch_add(1, std::memory_order_relaxed);
  if (!armed[symbol]) return 0;
  int64_t number = matching.fetch_add(1) + 1;
  if (number < first || number > last) return 0;
  failures.fetch_add(1);
  return error_to_report;
}

}  // namespace berkeley::faults
