// pyodide/ gives Python in WebAssembly the kernel's sockets. It is the entry point `berkeley/pyodide`. What it does for C
// code is all in emscripten/; here is how Pyodide is loaded with it, and what CPython needs beyond.

// Its types speak of Disposable and of signals' names, which @types/node has, whatever `lib` and `types` a project names.
/// <reference types="node" preserve="true" />

export { type AccessPolicy, type AccessRequest, allowHosts, loopbackOnly } from '../emscripten/policy.js'
export { loadPyodideWithSockets, type Pyodide, type PyodideSocketOptions } from './load.js'
