// The pause before a call that keeps failing is made again.
//
// Readiness can be false: poll(2) reports a socket as ready, and then every call on it would block. Most often another
// process was faster, and the next report is true again. But some sockets stay so:
// - A unix socket is writable although the backlog of the listener that it connects to is full.
// - An unconnected unix datagram socket is writable although the receiver's queue is full.
// - POLLERR is reported as long as the error queue (IP_RECVERR) is not read, and recv(2) finds nothing.
// - A listener is readable although accept(2) fails, for lack of descriptors for instance.
// Waiting does not help: poll(2) returns at once. No event marks the end of it either. So only a timer can keep a loop
// of wait and try from spinning. native/wait/wait.cc does the same for blocking calls.

/** The pauses for false readiness: 1, 2, 4, 8, 10, 10 ... ms. */
const FIRST_BACKOFF_MS = 1
/** 100 attempts a second cost next to no processor time, and 10 ms are a short delay once a call can make progress. */
export const MAX_BACKOFF_MS = 10

/**
 * Returns the pause after a number of failures in a row: 0 after none, then `firstMs`, doubled each time, and `maxMs`
 * at most. The caller counts the failures, and sets its count to 0 when a call has made progress. To tolerate the first
 * failure, which may be chance, it passes one less.
 */
export function backoffMs(failures: number, firstMs = FIRST_BACKOFF_MS, maxMs = MAX_BACKOFF_MS): number {
  return failures <= 0 ? 0 : Math.min(maxMs, firstMs * 2 ** (failures - 1))
}
