// Reading a file for a layer that has to see its bytes, where sendfile(2) would not show them.
#pragma once

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>

namespace berkeley::platform {

// Whether reads of it wait for the disk at most: 0; -EINVAL for what sendfile(2) refuses as well, a pipe, a socket or a
// folder; or -errno. A character device is refused too: a read of a terminal waits for a person.
inline int64_t CheckFile(int file) {
  struct stat status;
  if (fstat(file, &status) < 0) return -errno;
  return S_ISREG(status.st_mode) || S_ISBLK(status.st_mode) ? 0 : -EINVAL;
}

// The file's own position, which every holder of the open file description shares: >= 0, or -errno.
inline int64_t FilePosition(int file) {
  off_t position = lseek(file, 0, SEEK_CUR);
  return position < 0 ? -errno : static_cast<int64_t>(position);
}

inline void SetFilePosition(int file, int64_t position) { lseek(file, static_cast<off_t>(position), SEEK_SET); }

// pread(2), repeated only after a signal: how many bytes were read, 0 at the end of the file, or -errno.
inline int64_t ReadFileAt(int file, uint8_t* data, size_t size, int64_t position) {
  for (;;) {
    ssize_t count = pread(file, data, size, static_cast<off_t>(position));
    if (count >= 0) return count;
    if (errno != EINTR) return -errno;
  }
}

}  // namespace berkeley::platform
