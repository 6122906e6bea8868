// wasi/ gives programs of WASI preview 1 sockets, around node:wasi. It is the entry point `berkeley/wasi`. The calls on sockets
// are in socket-calls.ts and poll.ts; what node:wasi does itself passes inner-calls.ts, which translates descriptors.

// Its types speak of Disposable, which @types/node has, whatever `lib` and `types` a project names.
/// <reference types="node" preserve="true" />

export { SocketWasi, type SocketWasiOptions } from './wasi.js'
