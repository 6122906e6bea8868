// Functions that are looked up by name at run time: in what the process has loaded, or in a shared library of the system.
#pragma once

namespace berkeley::platform {

// The address of a function of this process, or of `library` if that is not null. Null if there is none.
void* FindFunction(void* library, const char* name);

// Loads a shared library, whose names do not mix with those of the process. Null if the system lacks it.
void* OpenLibrary(const char* name);

}  // namespace berkeley::platform
