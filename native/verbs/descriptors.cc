#include "verbs/descriptors.h"

#include <algorithm>
#include <mutex>
#include <vector>

#include "js/environment.h"
#include "js/exports.h"
#include "platform/platform.h"

namespace berkeley {
namespace {

constexpr size_t kSweepEvery = 256;
constexpr int64_t kCollectEvery = 100000000;  // nanoseconds
// Told to the collector for a moment when descriptors ran out: more than any heap may hold makes it collect now.
constexpr int64_t kPressure = int64_t{1} << 42;

// Which numbers some environment owns: adopting a number twice would close it twice.
std::mutex& Lock() {
  static auto* lock = new std::mutex;
  return *lock;
}

// A bit a number: descriptors are small and dense.
std::vector<bool>& Owned() {
  static auto* owned = new std::vector<bool>;
  return *owned;
}

// Answers whether it was otherwise before.
bool SetOwned(int fd, bool owned) {
  std::lock_guard<std::mutex> guard(Lock());
  std::vector<bool>& all = Owned();
  auto index = static_cast<size_t>(fd);
  if (index >= all.size()) all.resize(std::max(index + 1, all.size() * 2));
  bool changes = all[index] != owned;
  all[index] = owned;
  return changes;
}

bool IsDead(napi_env env, napi_ref reference) {
  napi_value object = nullptr;
  return reference != nullptr && (napi_get_reference_value(env, reference, &object) != napi_ok || object == nullptr);
}

napi_value Own(napi_env env, napi_callback_info info) {
  Call call(env, info);
  int fd = call.Int(0);
  char stack[4096];
  if (!call.Text(2, stack, sizeof stack)) stack[0] = '\0';
  if (call.ok()) call.Check(call.environment().descriptors.Own(env, fd, call.at(1), stack));
  return call.Answer(0);
}

napi_value Owner(napi_env env, napi_callback_info info) {
  Call call(env, info);
  int fd = call.Int(0);
  return call.ok() ? call.environment().descriptors.Owner(env, fd) : call.Answer(0);
}

napi_value Disown(napi_env env, napi_callback_info info) {
  Call call(env, info);
  int fd = call.Int(0);
  return call.AnswerBool(call.ok() && call.environment().descriptors.Remove(env, fd));
}

napi_value Sweep(napi_env env, napi_callback_info info) {
  Call call(env, info);
  return call.Answer(call.environment().descriptors.Sweep(env));
}

napi_value Generation(napi_env env, napi_callback_info info) {
  Call call(env, info);
  int fd = call.Int(0);
  return call.Answer(call.environment().descriptors.Generation(fd));
}

// The table is copied first: setting a property may run a setter of a polluted prototype, which may change the table.
napi_value OpenDescriptors(napi_env env, napi_callback_info info) {
  Call call(env, info);
  std::vector<std::pair<int, std::string>> all;
  for (const auto& [fd, entry] : call.environment().descriptors.entries()) {
    all.emplace_back(fd, entry.stack ? *entry.stack : "");
  }
  napi_value list = nullptr;
  napi_create_array(env, &list);
  uint32_t index = 0;
  for (const auto& [fd, text] : all) {
    napi_value row = nullptr, number = nullptr, stack = nullptr;
    napi_create_object(env, &row);
    napi_create_int32(env, fd, &number);
    napi_create_string_utf8(env, text.data(), text.size(), &stack);
    napi_set_named_property(env, row, "fd", number);
    napi_set_named_property(env, row, "stack", stack);
    napi_set_element(env, list, index++, row);
  }
  return list;
}

}  // namespace

void Descriptors::Enter(int fd) {
  entries_[fd].generation = ++generations_;
  entered_since_sweep_++;
}

void Descriptors::Add(napi_env env, int fd, uint32_t waker) {
  Remove(env, fd);
  SetOwned(fd, true);
  Enter(fd);
  entries_[fd].waker = waker;
}

bool Descriptors::Adopt(int fd) {
  if (!SetOwned(fd, true)) return false;
  Enter(fd);
  return true;
}

napi_status Descriptors::Own(napi_env env, int fd, napi_value object, std::string stack) {
  auto found = entries_.find(fd);
  if (found == entries_.end()) return napi_invalid_arg;
  if (found->second.object != nullptr) napi_delete_reference(env, found->second.object);
  found->second.object = nullptr;
  found->second.stack = stack.empty() ? nullptr : std::make_unique<std::string>(std::move(stack));
  return napi_create_reference(env, object, 0, &found->second.object);
}

napi_value Descriptors::Owner(napi_env env, int fd) const {
  napi_value object = nullptr;
  auto found = entries_.find(fd);
  if (found != entries_.end() && found->second.object != nullptr) {
    napi_get_reference_value(env, found->second.object, &object);
  }
  if (object == nullptr) napi_get_undefined(env, &object);
  return object;
}

bool Descriptors::Remove(napi_env env, int fd) {
  auto found = entries_.find(fd);
  if (found == entries_.end()) return false;
  if (found->second.object != nullptr) napi_delete_reference(env, found->second.object);
  if (found->second.waker != 0) ForgetWaker(found->second.waker);
  entries_.erase(found);
  SetOwned(fd, false);
  return true;
}

uint32_t Descriptors::Generation(int fd) const {
  auto found = entries_.find(fd);
  return found == entries_.end() ? 0 : found->second.generation;
}

int Descriptors::Sweep(napi_env env) {
  entered_since_sweep_ = 0;
  napi_handle_scope scope;
  if (napi_open_handle_scope(env, &scope) != napi_ok) return 0;
  std::vector<int> dead;
  for (const auto& [fd, entry] : entries_) {
    if (IsDead(env, entry.object)) dead.push_back(fd);
  }
  napi_close_handle_scope(env, scope);
  for (int fd : dead) {
    Remove(env, fd);
    CloseAtOnce(fd);
  }
  return static_cast<int>(dead.size());
}

// Looking at every entry each time as many have been entered as there are keeps the cost of one constant.
void Descriptors::SweepInTime(napi_env env) {
  if (entered_since_sweep_ >= kSweepEvery && entered_since_sweep_ * 2 >= entries_.size()) Sweep(env);
}

// A whole collection is dear, and one who asks again and again for a descriptor that is not to be had (an acceptor)
// would have one each time: ten a second are enough, unless descriptors were entered since.
int Descriptors::SweepAfterCollection(napi_env env) {
  int64_t now = platform::Now();
  bool useless = generations_ == collected_generation_ && now - collected_at_ < kCollectEvery;
  if (useless) return Sweep(env);
  collected_generation_ = generations_;
  collected_at_ = now;
  int64_t total = 0;
  napi_adjust_external_memory(env, kPressure, &total);
  napi_adjust_external_memory(env, -kPressure, &total);
  return Sweep(env);
}

void Descriptors::CloseAll(napi_env env) {
  std::vector<int> all;
  for (const auto& row : entries_) all.push_back(row.first);
  for (int fd : all) {
    Remove(env, fd);
    CloseAtOnce(fd);
  }
}

void CloseAtOnce(int fd) {
  linger value{};
  socklen_t length = sizeof value;
  if (counted::getsockopt(fd, SOL_SOCKET, SO_LINGER, &value, &length) == 0 && value.l_onoff && value.l_linger > 0) {
    value.l_onoff = 0;
    counted::setsockopt(fd, SOL_SOCKET, SO_LINGER, &value, sizeof value);
  }
  counted::close(fd);
}

const Export kDescriptorExports[] = {{"own", Own},
                                     {"owner", Owner},
                                     {"disown", Disown},
                                     {"sweep", Sweep},
                                     {"generation", Generation},
                                     {"openDescriptors", OpenDescriptors},
                                     {nullptr, nullptr}};

}  // namespace berkeley
