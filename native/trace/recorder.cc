#include "trace/recorder.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <mutex>
#include <string>

#include "platform/platform.h"
#include "platform/sockaddr.h"

namespace berkeley::trace {
namespace {

struct Session {
  const Environment* owner = nullptr;  // the environment that started it
  bool workers = false;                // whether other environments are traced as well
  uint32_t limit = 0;
  std::string folder;  // empty: in memory
  int64_t began = 0, began_at = 0;  // as in Header
  uint64_t files = 0;               // how many were made
  std::vector<std::shared_ptr<Ring>> rings;  // of a trace in memory; a ring in a file ends with its thread
};

std::mutex& Lock() {
  static auto* lock = new std::mutex;
  return *lock;
}

// Of the trace that is on, or of the last one. To use under the lock.
Session& Current() {
  static auto* current = new Session;
  return *current;
}

// The recorder of one thread.
struct ThreadRecorder final : counted::Observer {
  void Made(counted::SystemCall call) override {
    if (ring == nullptr || session != counted::session.load(std::memory_order_relaxed)) return;
    ring->Count(static_cast<size_t>(call));
  }

  void Waited(int64_t since_ns) override {
    if (ring != nullptr) ring->Waited(since_ns, platform::Now());
  }

  uint32_t session = 0;  // the trace that the ring belongs to
  Ring* ring = nullptr;  // the environment's; null if the trace is not for this thread
};

thread_local ThreadRecorder recorder;

int64_t WallClockMs() {
  timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return now.tv_sec * int64_t{1000} + now.tv_nsec / 1000000;
}

void FillHeader(Header& header, const Session& current, const Environment& environment) {
#define BERKELEY_NAME(name) #name,
  static const char* const names[] = {BERKELEY_COMMON_CALLS(BERKELEY_NAME) BERKELEY_OTHER_CALLS(BERKELEY_NAME)};
#undef BERKELEY_NAME
  header.record_size = sizeof(CallRecord);
  header.process = static_cast<uint32_t>(getpid());
  header.thread = environment.wake.thread_id();
  header.main_thread = environment.main_thread;
  header.names = counted::kSystemCalls;
  header.began = current.began;
  header.began_at = current.began_at;
  for (size_t i = 0; i < counted::kSystemCalls; i++) snprintf(header.name[i], kNameBytes, "%s", names[i]);
  uint64_t magic = 0;
  memcpy(&magic, "berktrc2", sizeof magic);
  header.magic.store(magic, std::memory_order_release);
}

// The time makes it differ from the file of an earlier process with the same number.
std::string NewFileName(Session& current, uint32_t thread) {
  std::string name = current.folder + "/berkeley-" + std::to_string(current.began_at);
  for (int64_t part : {int64_t{getpid()}, int64_t{thread}, static_cast<int64_t>(current.files++)}) {
    name += "-" + std::to_string(part);
  }
  return name + ".trace";
}

// Gives the thread a ring if the trace is for it. Returns 0 or -errno. Called under the lock.
int64_t Join(Environment& environment) {
  Session& current = Current();
  recorder.session = counted::session.load();
  recorder.ring = nullptr;
  if (!current.workers && current.owner != &environment) return 0;
  std::string path = current.folder.empty() ? "" : NewFileName(current, environment.wake.thread_id());
  environment.ring = Ring::Make(current.limit, path.c_str());
  if (environment.ring == nullptr) return -errno;
  FillHeader(environment.ring->header(), current, environment);
  if (current.folder.empty()) current.rings.push_back(environment.ring);
  recorder.ring = environment.ring.get();
  counted::Observe(&recorder);
  return 0;
}

// Called under the lock.
std::vector<std::shared_ptr<Ring>> EndSession() {
  counted::session.store(0);
  std::vector<std::shared_ptr<Ring>> rings;
  rings.swap(Current().rings);
  return rings;
}

int DescriptorOf(const Call& call) {
  int32_t fd = -1;
  uint8_t traits = call.row().traits;
  if (traits & kUsesRegisters) return static_cast<int>(call.environment().registers->fd);
  if (traits & kFdArgument) napi_get_value_int32(call.env(), call.at(0), &fd);
  return fd;
}


// Begins the record of a call; null if it is not recorded.
CallRecord* Begin(const Call& call) {
  const Export& row = call.row();
  Environment& environment = call.environment();
  if (row.traits == 0) return nullptr;
  if (recorder.session != counted::session.load(std::memory_order_relaxed)) {
    std::lock_guard<std::mutex> guard(Lock());
    if (counted::On()) Join(environment);
  }
  // A call that JavaScript makes while another one waits is not recorded.
  if (recorder.ring == nullptr || recorder.ring->open() != nullptr) return nullptr;
  CallRecord* record = recorder.ring->Begin();
  memcpy(record->verb, row.name, std::min(strlen(row.name), kNameBytes - 1));
  int fd = DescriptorOf(call);
  record->fd = fd;
  record->generation = environment.descriptors.Generation(fd);
  if (row.traits & kTakesAddress) record->port = PortOf(environment.input);
  record->start = platform::Now();
  return record;
}

// Ends it, unless JavaScript that ran during the call has stopped the trace: the record's memory is gone then.
void End(const Call& call, CallRecord* ours) {
  if (recorder.ring == nullptr || recorder.ring->open() != ours) return;
  const Environment& environment = call.environment();
  uint8_t traits = call.row().traits;
  CallRecord& record = *ours;
  record.end = platform::Now();
  int64_t result = traits & kUsesRegisters ? static_cast<int64_t>(environment.registers->result) : call.result();
  record.result = result;
  if (traits & kReturnsFd) record.made = environment.descriptors.Generation(static_cast<int>(result));
  if ((traits & kReturnsAddress) && result >= 0) record.port = PortOf(environment.output);
  recorder.ring->End();
}

}  // namespace

int64_t Start(Environment& environment, uint32_t limit, bool workers, const char* folder) {
  static uint32_t sessions = 0;
  std::lock_guard<std::mutex> guard(Lock());
  if (counted::On()) return -EALREADY;
  Current() = {&environment, workers, limit, folder, platform::Now(), WallClockMs(), 0, {}};
  counted::session.store(++sessions);
  int64_t result = Join(environment);
  if (result < 0) EndSession();
  return result < 0 ? result : sessions;
}

std::vector<std::shared_ptr<Ring>> Stop(Environment& environment, int64_t session) {
  std::lock_guard<std::mutex> guard(Lock());
  if (session <= 0 || session != counted::session.load()) return {};
  environment.ring.reset();
  recorder.ring = nullptr;
  return EndSession();
}

void Leave(Environment& environment) {
  std::lock_guard<std::mutex> guard(Lock());
  const Session& current = Current();
  if (counted::On() && current.owner == &environment && current.folder.empty()) EndSession();
  recorder.session = 0;
  recorder.ring = nullptr;
  if (environment.ring != nullptr) environment.ring->Close();
  environment.ring.reset();
}

napi_value RecordCall(Call& call) {
  CallRecord* record = Begin(call);
  napi_value result = call.row().function(call);
  if (record != nullptr) End(call, record);
  return result;
}

}  // namespace berkeley::trace
