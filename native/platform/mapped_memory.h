// Memory in whole pages: private, or mapped to a file, where it survives any end of the process.
#pragma once

#include <sys/types.h>

#include <cstddef>

namespace berkeley::platform {

// Returns zeroed memory, or null with errno.
void* MapPrivate(size_t size);
// Returns a new file of that size as zeroed memory, or null with errno. If the disk has no room for it, the file stays
// behind empty: a reader of its folder then sees that it is missing.
void* MapNewFile(const char* path, size_t size);
void Unmap(void* memory, size_t size);

}  // namespace berkeley::platform
