// Sends the bytes that a line asks for from the start of a file: sendfile(2).
#include "../shared/measure.h"

#include <sys/sendfile.h>

enum { kFile = 1 << 30, kBlock = 1 << 20 };

// A file that holds nothing, but all of it in memory: it is read through once.
static int OpenFile(void) {
  FILE *file = tmpfile();
  Must(file != NULL, "tmpfile");
  Must(ftruncate(fileno(file), kFile) == 0, "ftruncate");
  char *block = malloc(kBlock);
  while (read(fileno(file), block, kBlock) > 0) continue;
  free(block);
  return fileno(file);
}

static void SendPart(int fd, int file, long count) {
  off_t offset = 0;
  while (offset < count) Must(sendfile(fd, file, &offset, (size_t)(count - offset)) > 0, "sendfile");
}

int main(void) {
  char line[32];
  int file = OpenFile();
  int fd = accept(Listen(), NULL, NULL);
  Must(fd >= 0, "accept");
  for (ssize_t got; (got = recv(fd, line, sizeof line - 1, 0)) > 0;) {
    line[got] = '\0';
    SendPart(fd, file, atol(line));
  }
}
