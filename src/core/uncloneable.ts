// Sockets, and all objects over one, have a member that structuredClone and postMessage refuse. Without it these would
// copy an empty object, which is no socket. A DataCloneError names the symbol that could not be cloned, so the symbol's
// description says what to do instead. JSON and inspection leave the member out.

/** The value of the member `uncloneable`. */
export const UNCLONEABLE = Symbol(
  'a socket belongs to one thread: to hand it over, post share(socket), close it here, and call adopt() there; this',
)
