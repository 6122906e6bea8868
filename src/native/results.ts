// Results of native calls outside the range of errno.

/** Returned by a call whose timeout has expired; not an errno. */
export const TIMED_OUT = -100001
/** Returned by a call that waited when its environment ended. JavaScript sees it only in a trace. */
export const STOPPED = -100002
/** JavaScript closed the descriptor, or gave it away, while the call waited. */
export const CLOSED_MEANWHILE = -100003
/** JavaScript detached or shrank the memory while the call waited. */
export const CHANGED_MEANWHILE = -100004
