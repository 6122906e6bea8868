// Results of native calls outside the range of errno.

/** Returned by a call whose timeout has expired; not an errno. */
export const TIMED_OUT = -100001
/** Returned by a call that waited when its environment ended. JavaScript sees it only in a trace. */
export const STOPPED = -100002
/** JavaScript closed the descriptor, or gave it away, while the call waited. */
export const CLOSED_MEANWHILE = -100003
/** JavaScript detached or shrank the memory while the call waited. */
export const CHANGED_MEANWHILE = -100004
/** OpenSSL failed; `tlsFailure` has the reason. */
export const TLS_FAILED = -100005
/** The handshake of a server continues once `tlsSetContext` has set a context for the name that the client asked for. */
export const TLS_NEEDS_CONTEXT = -100006
