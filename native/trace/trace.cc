#include "trace/trace.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <mutex>
#include <string>
#include <vector>

#include "js/environment.h"
#include "js/exports.h"

namespace berkeley {
namespace counted {

std::atomic<uint32_t> session{0};

}  // namespace counted

namespace trace {
namespace {

// The one trace that is on, for all threads of the process.
struct Session {
  const Environment* owner = nullptr;  // who started it
  bool workers = false;                // whether other environments are traced as well
  uint32_t limit = 0;
  std::string folder;  // empty: it is kept in memory
  int64_t began = 0, began_at = 0;
  uint64_t files = 0;  // how many were begun
  // Of a trace in memory, those of threads that have ended, too. A file needs none to keep it.
  std::vector<std::shared_ptr<Ring>> rings;
};

std::mutex& Lock() {
  static auto* lock = new std::mutex;
  return *lock;
}

Session& Current() {
  static auto* current = new Session;
  return *current;
}

// What this thread's calls are recorded in, and in which session that holds. The ring is the environment's.
thread_local struct {
  uint32_t session;
  Ring* ring;
} mine = {0, nullptr};

// Those of the trace that this thread stopped last, which it has not taken yet.
thread_local std::vector<std::shared_ptr<Ring>> stopped;

int64_t WallClock() {
  timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return now.tv_sec * int64_t{1000} + now.tv_nsec / 1000000;
}

void Describe(Header& header, const Session& current, const Environment& environment) {
#define BERKELEY_NAME(name) #name,
  static const char* const names[] = {BERKELEY_COMMON_CALLS(BERKELEY_NAME) BERKELEY_OTHER_CALLS(BERKELEY_NAME)};
#undef BERKELEY_NAME
  header.record_size = sizeof(Record);
  header.process = static_cast<uint32_t>(getpid());
  header.thread = environment.wake.thread_id();
  header.main_thread = environment.main_thread;
  header.names = counted::kSystemCalls;
  header.began = current.began;
  header.began_at = current.began_at;
  for (size_t i = 0; i < counted::kSystemCalls; i++) snprintf(header.name[i], kNameRoom, "%s", names[i]);
  std::atomic_thread_fence(std::memory_order_release);
  memcpy(header.magic, "berktrc1", sizeof header.magic);
}

// The time tells a process from one of the same number before.
std::string NextFile(Session& current, uint32_t thread) {
  std::string name = current.folder + "/berkeley-" + std::to_string(current.began_at);
  for (int64_t part : {int64_t{getpid()}, int64_t{thread}, static_cast<int64_t>(current.files++)}) {
    name += "-" + std::to_string(part);
  }
  return name + ".trace";
}

// Gives the thread a ring where the trace is for it as well. 0, or -errno. Called under the lock.
int64_t Join(Environment& environment) {
  Session& current = Current();
  mine = {counted::session.load(), nullptr};
  if (!current.workers && current.owner != &environment) return 0;
  std::string path = current.folder.empty() ? "" : NextFile(current, environment.wake.thread_id());
  environment.ring = Ring::Make(current.limit, path.c_str());
  if (environment.ring == nullptr) return -errno;
  Describe(environment.ring->header(), current, environment);
  if (current.folder.empty()) current.rings.push_back(environment.ring);
  mine.ring = environment.ring.get();
  return 0;
}

// Called under the lock.
void EndSession() {
  counted::session.store(0);
  Current().rings.clear();
}

// The session's number, which is positive, or -errno: -EALREADY where a trace is on.
int64_t StartSession(Environment& environment, uint32_t limit, bool workers, const char* folder) {
  static uint32_t sessions = 0;
  std::lock_guard<std::mutex> guard(Lock());
  if (On()) return -EALREADY;
  Current() = {&environment, workers, limit, folder, platform::Now(), WallClock(), 0, {}};
  counted::session.store(++sessions);
  int64_t answer = Join(environment);
  if (answer < 0) EndSession();
  return answer < 0 ? answer : sessions;
}

// limit, workers, folder: '' keeps it in memory
napi_value Start(napi_env env, napi_callback_info info) {
  Call call(env, info);
  int limit = call.Int(0);
  bool workers = call.Bool(1);
  char folder[4096];
  bool fits = call.Text(2, folder, sizeof folder);
  call.Check(limit > 0 ? napi_ok : napi_invalid_arg);
  if (call.ok() && !fits) return call.Answer(-ENAMETOOLONG);
  return call.Answer(call.ok() ? StartSession(call.environment(), static_cast<uint32_t>(limit), workers, folder) : 0);
}

// session: what Start answered. Ends that trace, if it is on: 1, or 0. Its rings are taken one by one.
napi_value Stop(napi_env env, napi_callback_info info) {
  Call call(env, info);
  int64_t session = call.Long(0);
  std::lock_guard<std::mutex> guard(Lock());
  if (!call.ok() || session <= 0 || session != counted::session.load()) return call.Answer(0);
  stopped.swap(Current().rings);
  EndSession();
  call.environment().ring.reset();
  mine.ring = nullptr;
  return call.Answer(1);
}

// A copy of the next ring of the trace that was stopped, as a Uint8Array; null after the last one. Not all in one array:
// a setter of a polluted prototype would run for each, and might start or stop a trace.
napi_value Take(napi_env env, napi_callback_info info) {
  Call call(env, info);
  std::shared_ptr<Ring> ring;
  if (!stopped.empty()) {
    ring = stopped.front();
    stopped.erase(stopped.begin());
  }
  napi_value copy = nullptr;
  call.Check(ring == nullptr ? napi_get_null(env, &copy)
                             : napi_create_buffer_copy(env, ring->Used(), &ring->header(), nullptr, &copy));
  return call.ok() ? copy : call.Answer(0);
}

int Descriptor(const Call& call, const Export& row) {
  int32_t fd = -1;
  if (row.about & kRegistered) return static_cast<int>(call.environment().registers->fd);
  if (row.about & kFirst) napi_get_value_int32(call.env(), call.at(0), &fd);
  return fd;
}

void NoteAddress(Record& record, const Address& address) {
  record.family = address.any.sa_family;
  record.port = PortOf(address);
}

}  // namespace

Record* Begin(const Call& call, const Export& row) {
  if (row.about == 0) return nullptr;
  if (mine.session != counted::session.load(std::memory_order_relaxed)) {
    std::lock_guard<std::mutex> guard(Lock());
    if (On()) Join(call.environment());
  }
  if (mine.ring == nullptr || mine.ring->open() != nullptr) return nullptr;
  Environment& environment = call.environment();
  Record* record = mine.ring->Begin();
  memcpy(record->verb, row.name, std::min(strlen(row.name), kNameRoom - 1));
  int fd = Descriptor(call, row);
  record->fd = fd;
  record->generation = environment.descriptors.Generation(fd);
  if (row.about & kGiven) NoteAddress(*record, environment.input);
  record->start = platform::Now();
  return record;
}

// Does nothing where JavaScript that ran in a look ended the trace: the memory of the record is gone then.
void End(const Call& call, const Export& row, Record* ours, int64_t answer) {
  if (mine.ring == nullptr || mine.ring->open() != ours) return;
  Environment& environment = call.environment();
  Record& record = *ours;
  record.end = platform::Now();
  if (row.about & kRegistered) answer = static_cast<int64_t>(environment.registers->answer);
  record.answer = answer;
  if (row.about & kMakes) record.made = environment.descriptors.Generation(static_cast<int>(answer));
  if ((row.about & kCame) && answer >= 0) NoteAddress(record, environment.output);
  environment.ring->End();
}

void Waited(int64_t since) {
  if (mine.ring != nullptr) mine.ring->Waited(since, platform::Now());
}

void Leave(Environment& environment) {
  std::lock_guard<std::mutex> guard(Lock());
  const Session& current = Current();
  if (On() && current.owner == &environment && current.folder.empty()) EndSession();
  mine = {0, nullptr};
  if (environment.ring != nullptr) environment.ring->Close();
  environment.ring.reset();
}

}  // namespace trace

void counted::Add(SystemCall call) {
  using trace::mine;
  if (mine.ring == nullptr || mine.session != session.load(std::memory_order_relaxed)) return;
  mine.ring->Count(static_cast<size_t>(call));
}

const Export kTraceExports[] = {{"traceStart", trace::Start},
                                {"traceStop", trace::Stop},
                                {"traceTake", trace::Take},
                                {nullptr, nullptr}};

}  // namespace berkeley
