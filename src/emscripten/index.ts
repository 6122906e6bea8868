// emscripten/ gives programs that Emscripten has compiled the kernel's sockets: the calls of musl over this library's, and
// what a program may reach with them. It is the entry point `berkeley/emscripten`.
//
// A call of the program's passes imports.ts, which finds its implementation in one of the files that name the calls:
// connections, transfers, messages, socket-options, readiness, control, lookups. They share a `Program` (program.ts).

// Its types speak of Disposable and of signals' names, which @types/node has, whatever `lib` and `types` a project names.
/// <reference types="node" preserve="true" />

export { type SocketImports, type SocketImportsOptions, socketImports } from './imports.js'
export { type AccessPolicy, type AccessRequest, allowHosts, loopbackOnly } from './policy.js'
export type { EmscriptenModule, ProgramImport } from './program.js'
export { type ModuleSettings, type WithSocketsOptions, withSockets } from './with-sockets.js'
