// What sockets.c imports, for `emcc --js-library`. A program that runs without `withSockets` gets ENOSYS from these.
/* global mergeInto, LibraryManager */
// biome-ignore-start lint/complexity/useArrowFunction: emcc copies the text of a function, and early versions no arrow's
mergeInto(LibraryManager.library, {
  berkeley_setsockopt: function () {
    return -52
  },
  berkeley_shutdown: function () {
    return -52
  },
  berkeley_socketpair: function () {
    return -52
  },
})
// biome-ignore-end lint/complexity/useArrowFunction: emcc copies the text of a function, and early versions no arrow's
