// A line requests a number of bytes; they are sent from the start of a file: sendfile(2).
#include "../shared/measure.h"

#include <sys/sendfile.h>

enum { kFileBytes = 1 << 30, kBlockBytes = 1 << 20 };

// A sparse file. One read through it fills the page cache.
static int OpenFile(void) {
  FILE *file = tmpfile();
  Check(file != NULL, "tmpfile");
  Check(ftruncate(fileno(file), kFileBytes) == 0, "ftruncate");
  char *block = malloc(kBlockBytes);
  while (read(fileno(file), block, kBlockBytes) > 0) continue;
  free(block);
  return fileno(file);
}

static void SendPart(int fd, int file, long count) {
  off_t offset = 0;
  while (offset < count) Check(sendfile(fd, file, &offset, (size_t)(count - offset)) > 0, "sendfile");
}

int main(void) {
  char line[32];
  int file = OpenFile();
  int fd = accept(Listen(), NULL, NULL);
  Check(fd >= 0, "accept");
  for (ssize_t got; (got = recv(fd, line, sizeof line - 1, 0)) > 0;) {
    line[got] = '\0';
    SendPart(fd, file, atol(line));
  }
}
