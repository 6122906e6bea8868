// Numbers that the addon's functions of TLS take and return: each group has its counterpart in native/tls.

/** `enum class Setting` in context_exports.cc. */
export const TRUST = 0
export const CHAIN = 1
export const KEY = 2
export const PKCS12 = 3
export const CIPHERS = 4
export const CIPHER_SUITES = 5

/** The bits of `tlsConnection`'s checks in verbs.cc. */
export const REJECTS = 1
export const REQUESTS = 2
export const ALLOWS_TRUNCATION = 4
export const SELECTS_CONTEXT = 8
export const LOGS_KEYS = 16
export const IS_SERVER = 32

/** The fields of `struct State` in connection.h. */
export const HELD = 0
export const UNSENT = 1
export const WANTS_WRITE = 2
export const MOVED = 3
export const VERIFY = 4
export const REUSED = 5

/** `enum class Subject` in facts.cc. */
export const SESSION = 0
export const FINISHED = 1
export const PEER_FINISHED = 2
export const SERVER_END_POINT = 3

/** Versions as the protocol has them. */
export const TLS_1_0 = 0x0301
export const TLS_1_1 = 0x0302
export const TLS_1_2 = 0x0303
export const TLS_1_3 = 0x0304
