// What a socket and everything over one have as a member that structuredClone and postMessage refuse. Without it they
// would copy an empty object, which is no socket. They name a symbol that they cannot clone in their DataCloneError, so
// the symbol's description says what to do instead. JSON and inspection leave it out.

/** The value of the member of that name. */
export const UNCLONEABLE = Symbol(
  'a socket belongs to one thread: to hand it over, post share(socket), and call adopt() there; this',
)
