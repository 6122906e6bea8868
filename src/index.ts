// What the package offers.

// Its types speak of Buffer and Disposable, which @types/node has, whatever `lib` and `types` a project names.
/// <reference types="node" preserve="true" />

export { type ListenFdsOptions, listenFds, type PassedSocket } from './activation.js'
export type * from './addresses.js'
export { readProxyHeaderAsync } from './async-proxy-protocol.js'
export type { AsyncSocketReader } from './async-reader.js'
export { resolveAsync } from './async-resolve.js'
export { AsyncSocket, type AsyncTransferOptions } from './async-socket.js'
export type { AsyncOptions } from './awaited-descriptor.js'
export { createConnection } from './connect.js'
export type { ConnectionOptions, ConnectionTarget } from './connection.js'
export { Connection } from './connection-handled.js'
export type * from './constant-kinds.js'
export * from './constants.js'
export type { Data, WritableData } from './data.js'
export type { AcceptMessage, CloseMessage, ConnectMessage, ErrorMessage } from './diagnostics.js'
export { type DuplexOptions, SocketDuplex, toDuplex } from './duplex.js'
export { errno, errnoMessage, errnoName } from './errno.js'
export {
  AbortError,
  InterruptedError,
  ResolveError,
  SocketError,
  SocketTimeoutError,
  WouldBlockError,
} from './errors.js'
export type { HandlerOptions, Handlers } from './handlers.js'
export { dupFd, type HandOver, handOver } from './handover.js'
export type { WaitOptions } from './limits.js'
export {
  getHostName,
  getProtoByName,
  getProtoByNumber,
  getServByName,
  getServByPort,
  type InterfaceName,
  ifIndexToName,
  ifNameIndex,
  ifNameToIndex,
} from './names.js'
export { type OpenConnectionOptions, openConnection } from './open-connection.js'
export * from './options.js'
export type * from './proxy-header.js'
export { type ProxyHeaderOptions, ProxyHeaderParser } from './proxy-parser.js'
export { encodeProxyHeader, type ReadProxyHeaderOptions, readProxyHeader } from './proxy-protocol.js'
export type { SocketReader } from './reader.js'
export type { ReaderOptions } from './reader-buffer.js'
export {
  type ResolvedAddress,
  type ResolveOptions,
  type ReversedAddress,
  type ReverseOptions,
  resolve,
  reverse,
} from './resolve.js'
export { type PollRequest, poll, type SelectLists, select } from './select.js'
export { type Ready, type Selectable, Selector } from './selector.js'
export type { Supports } from './selector-backend.js'
export {
  EVENT_ERROR,
  EVENT_HANGUP,
  EVENT_PRIORITY,
  EVENT_READ,
  EVENT_WRITE,
  type WatchOptions,
} from './selector-entry.js'
export { attach, type DrainOptions, type ServeOptions, Server, type ServeTarget, serve } from './serve.js'
export {
  BlockingServer,
  type BlockingServerEvents,
  type CloseOptions,
  type ConnectionHandler,
  type DeadThread,
  type ErrorSource,
  type GivenListener,
  type OwnListener,
  type ServeBlockingOptions,
  type ServeBlockingTarget,
  serveBlocking,
} from './serve-blocking.js'
export { createServer, type ListeningSocket, type ServerOptions, type ServerTarget } from './server.js'
export { Socket } from './socket.js'
export { interruptThread } from './threads.js'
export {
  type CallOutcome,
  Recording,
  readTraces,
  type Trace,
  type TracedCall,
  type TracedThread,
  type TraceOptions,
  trace,
} from './trace.js'
export { type TraceEvent, type TraceEventDocument, toTraceEvents } from './trace-events.js'
export type * from './transfer-options.js'
export { type Waker, wake } from './waker.js'
export { toWeb, type WebStreams, type WebStreamsOptions } from './web-streams.js'
