// The databases of services(5) and protocols(5).
//
// EntryMemory is the memory of one entry, and has to live as long as the entry is used. glibc has reentrant calls that
// write into it. Elsewhere the C library has memory for a single entry, and EntryMemory keeps other threads out of it.
#pragma once

#include <cerrno>
#include <netdb.h>

#include <mutex>
#include <vector>

namespace berkeley::platform {

#if defined(__GLIBC__) && !defined(BERKELEY_POSIX)

template <typename Entry>
struct EntryMemory {
  Entry entry{};
  std::vector<char> text = std::vector<char>(1024);
};

// No entry is longer: one that still does not fit is a broken database, for which the memory must not grow without end.
constexpr size_t kMaxEntryBytes = 1024 * 1024;

// Calls `find` with more room until the entry fits. Null with errno; ENOENT if there is no such entry.
template <typename Entry, typename Find>
inline Entry* FindEntry(EntryMemory<Entry>& memory, Find find) {
  Entry* found = nullptr;
  int error = ERANGE;
  while (error == ERANGE && memory.text.size() <= kMaxEntryBytes) {
    error = find(&memory.entry, memory.text.data(), memory.text.size(), &found);
    if (error == ERANGE) memory.text.resize(memory.text.size() * 2);
  }
  errno = error == 0 ? ENOENT : error;
  return found;
}

inline servent* ServiceByName(const char* name, const char* protocol, EntryMemory<servent>& memory) {
  return FindEntry(memory, [=](auto... rest) { return getservbyname_r(name, protocol, rest...); });
}

inline servent* ServiceByPort(int port, const char* protocol, EntryMemory<servent>& memory) {
  return FindEntry(memory, [=](auto... rest) { return getservbyport_r(port, protocol, rest...); });
}

inline protoent* ProtocolByName(const char* name, EntryMemory<protoent>& memory) {
  return FindEntry(memory, [=](auto... rest) { return getprotobyname_r(name, rest...); });
}

inline protoent* ProtocolByNumber(int number, EntryMemory<protoent>& memory) {
  return FindEntry(memory, [=](auto... rest) { return getprotobynumber_r(number, rest...); });
}

#else

inline std::mutex& DatabaseLock() {
  static auto* lock = new std::mutex;
  return *lock;
}

template <typename Entry>
struct EntryMemory {
  std::lock_guard<std::mutex> guard{DatabaseLock()};
};

template <typename Entry>
inline Entry* WithErrno(Entry* entry) {
  errno = ENOENT;
  return entry;
}

inline servent* ServiceByName(const char* name, const char* protocol, EntryMemory<servent>&) {
  return WithErrno(getservbyname(name, protocol));
}

inline servent* ServiceByPort(int port, const char* protocol, EntryMemory<servent>&) {
  return WithErrno(getservbyport(port, protocol));
}

inline protoent* ProtocolByName(const char* name, EntryMemory<protoent>&) { return WithErrno(getprotobyname(name)); }

inline protoent* ProtocolByNumber(int number, EntryMemory<protoent>&) { return WithErrno(getprotobynumber(number)); }

#endif

}  // namespace berkeley::platform
