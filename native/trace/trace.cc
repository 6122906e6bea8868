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

int64_t WallClock() {
  timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return now.tv_sec * int64_t{1000} + now.tv_nsec / 1000000;
}

void Describe(Header& header, const Session& current, const Environment& environment) {
#define BERKELEY_NAME(name) #name,
  static const char* const names[] = {BERKELEY_COMMON_CALLS(BERKELEY_NAME) BERKELEY_OTHER_CALLS(BERKELEY_NAME)};
#undef BERKELEY_NAME
  memcpy(header.magic, "berktrc1", sizeof header.magic);
  header.record_size = sizeof(Record);
  header.process = static_cast<uint32_t>(getpid());
  header.thread = environment.wake.thread_id();
  header.main_thread = environment.main_thread;
  header.names = counted::kSystemCalls;
  header.began = current.began;
  header.began_at = current.began_at;
  for (size_t i = 0; i < counted::kSystemCalls; i++) snprintf(header.name[i], kNameRoom, "%s", names[i]);
}

// The time tells a process from one of the same number before.
std::string FileFor(const Session& current, uint32_t thread) {
  std::string name = current.folder + "/berkeley-" + std::to_string(current.began_at);
  for (int64_t part : {int64_t{getpid()}, int64_t{thread}, static_cast<int64_t>(current.rings.size())}) {
    name += "-" + std::to_string(part);
  }
  return name + ".trace";
}

// Gives the thread a ring where the trace is for it as well. 0, or -errno. Called under the lock.
int64_t Join(Environment& environment) {
  Session& current = Current();
  mine = {counted::session.load(), nullptr};
  if (!current.workers && current.owner != &environment) return 0;
  std::string path = current.folder.empty() ? "" : FileFor(current, environment.wake.thread_id());
  environment.ring = Ring::Make(current.limit, path.c_str());
  if (environment.ring == nullptr) return -errno;
  Describe(environment.ring->header(), current, environment);
  current.rings.push_back(environment.ring);
  mine.ring = environment.ring.get();
  return 0;
}

// Ends the trace and answers its rings. Called under the lock.
std::vector<std::shared_ptr<Ring>> EndSession() {
  counted::session.store(0);
  std::vector<std::shared_ptr<Ring>> rings;
  rings.swap(Current().rings);
  return rings;
}

// 0, or -errno: -EALREADY where a trace is on.
int64_t StartSession(Environment& environment, uint32_t limit, bool workers, const char* folder) {
  static uint32_t sessions = 0;
  std::lock_guard<std::mutex> guard(Lock());
  if (On()) return -EALREADY;
  Current() = {&environment, workers, limit, folder, platform::Now(), WallClock(), {}};
  counted::session.store(++sessions);
  int64_t answer = Join(environment);
  if (answer < 0) EndSession();
  return answer;
}

// limit, workers, folder: '' keeps it in memory
napi_value Start(napi_env env, napi_callback_info info) {
  Call call(env, info);
  int limit = call.Int(0);
  bool workers = call.Bool(1);
  char folder[4096];
  if (!call.Text(2, folder, sizeof folder)) call.Check(napi_invalid_arg);
  call.Check(limit > 0 ? napi_ok : napi_invalid_arg);
  return call.Answer(call.ok() ? StartSession(call.environment(), static_cast<uint32_t>(limit), workers, folder) : 0);
}

// Ends the trace: an array of Uint8Arrays, each a copy of a ring. They are copied after the lock is released, because a
// setter of a polluted prototype may run and call the recorder.
napi_value Stop(napi_env env, napi_callback_info info) {
  Call call(env, info);
  std::vector<std::shared_ptr<Ring>> rings;
  {
    std::lock_guard<std::mutex> guard(Lock());
    rings = EndSession();
    call.environment().ring.reset();
    mine.ring = nullptr;
  }
  napi_value list = nullptr;
  napi_create_array(env, &list);
  uint32_t index = 0;
  for (const auto& ring : rings) {
    napi_value copy = nullptr;
    call.Check(napi_create_buffer_copy(env, ring->Used(), &ring->header(), nullptr, &copy));
    if (call.ok()) napi_set_element(env, list, index++, copy);
  }
  return call.ok() ? list : call.Answer(0);
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
  record->fd = Descriptor(call, row);
  record->generation = environment.descriptors.Generation(record->fd);
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
  record.answer = row.about & kRegistered ? static_cast<int64_t>(environment.registers->answer) : answer;
  if (row.about & kMakes) record.made = environment.descriptors.Generation(static_cast<int>(record.answer));
  if ((row.about & kCame) && record.answer >= 0) NoteAddress(record, environment.output);
  environment.ring->End();
}

void Waited(int64_t since) {
  Record* record = mine.ring == nullptr ? nullptr : mine.ring->open();
  if (record == nullptr) return;
  if (record->wait_start == 0) record->wait_start = since;
  record->waiting += platform::Now() - since;
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
  size_t index = static_cast<size_t>(call);
  mine.ring->header().totals[index]++;
  trace::Record* record = mine.ring->open();
  if (record != nullptr && record->counts[index] < UINT16_MAX) record->counts[index]++;
}

const Export kTraceExports[] = {{"traceStart", trace::Start}, {"traceStop", trace::Stop}, {nullptr, nullptr}};

}  // namespace berkeley
