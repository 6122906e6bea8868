// What a higher layer adds to the blocking socket. An augmentation of the class itself would make the compiler lose the
// class's members with a symbol for a name, such as `[Symbol.dispose]`, in some orders of the files.

/** The conversions of a socket to another kind of socket. Each is declared where it is made. */
// biome-ignore lint/suspicious/noEmptyInterface: declarations in higher layers fill it
export interface SocketConversions {}

/** The verbs that every socket has from a higher layer. Each is declared where it is made. */
// biome-ignore lint/suspicious/noEmptyInterface: declarations in higher layers fill it
export interface FaceVerbs {}
