// What `berkeley/web` exports.

// Its types speak of Buffer and web streams, which @types/node has, whatever `lib` and `types` a project names.
/// <reference types="node" preserve="true" />

export type { ConnectOptions, SecureTransport, SocketAddress } from './options.js'
export { connect, type SocketInfo, type StartTlsOptions, StreamSocket } from './stream-socket.js'
