// What the package exports. Users see nothing else of src/.

// Its types speak of Buffer and Disposable, which @types/node has, whatever `lib` and `types` a project names.
/// <reference types="node" preserve="true" />

export type * from './addresses/linux-types.js'
export type * from './addresses/types.js'
export { AsyncSocket, type AsyncTransferOptions, type ConnectionsOptions } from './async/async-socket.js'
export { type OpenConnectionOptions, openConnection } from './async/open-connection.js'

import './async/message-verbs.js'
import './async/to-async.js'
// async/message-verbs.js imports it too, but in the declarations that import is lost, and with it the verbs' types.
import './messages/socket-verbs.js'
// With BERKELEY_TRACE set, the trace begins before the program's first call.
import './trace/start.js'

export type { AsyncOptions } from './async/pending-operation.js'
export type { AsyncSocketReader } from './async/reader.js'
export { resolveAsync } from './async/resolve.js'
export { createConnection } from './connect/create-connection.js'
export { createServer, type ListeningSocket, type ServerOptions, type ServerTarget } from './connect/create-server.js'
export type { ConnectionOptions, ConnectionTarget } from './connect/plan.js'
export type { Data, GatheredData, WritableData } from './core/bytes.js'
export type { WaitOptions } from './core/deadline.js'
export {
  AbortError,
  InterruptedError,
  ResolveError,
  SocketError,
  SocketTimeoutError,
  WouldBlockError,
} from './core/errors.js'
export { interruptThread } from './core/interrupt-thread.js'
export { inetNtop, inetPton } from './core/ip-text.js'
export { type ListenFdsOptions, listenFds, type PassedSocket } from './handover/activation.js'
export { dupFd, type HandOver, handOver } from './handover/handover.js'
export { adopt, type SharedSocket, share, unshare } from './handover/share.js'
export type { SendBatchOptions } from './messages/batches.js'
export { cmsgLen, cmsgSpace, controlValue } from './messages/control.js'
export { DatagramBatch } from './messages/datagram-batch.js'
export type {
  MessageFacts,
  ReceivedFds,
  ReceivedMessage,
  ReceivedMessageInto,
  ReceiveMessageOptions,
  SendFdsOptions,
  SendMessageOptions,
} from './messages/message-options.js'
export { ReceivedFd } from './messages/received-fd.js'
export type * from './messages/values.js'
export type * from './native/constant-kinds.js'
export { errno, errnoMessage, errnoName } from './native/errno.js'
export * from './native/generated/constants.js'
export { afName, ipProtoName, sockTypeName } from './native/kind-names.js'
export * from './options/generated/options.js'
export type * from './proxy-protocol/header.js'
export { type ProxyHeaderOptions, ProxyHeaderParser } from './proxy-protocol/parser.js'
export { type ReadProxyHeaderOptions, readProxyHeader } from './proxy-protocol/read-header.js'
export { readProxyHeaderAsync } from './proxy-protocol/read-header-async.js'
export { encodeProxyHeader } from './proxy-protocol/write-header.js'
export type { Supports } from './readiness/backend.js'
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
} from './resolve/names.js'
export {
  type ResolvedAddress,
  type ResolveOptions,
  type ReversedAddress,
  type ReverseOptions,
  resolve,
  reverse,
} from './resolve/resolve.js'
export {
  EVENT_ERROR,
  EVENT_HANGUP,
  EVENT_INVALID,
  EVENT_PRIORITY,
  EVENT_READ,
  EVENT_READ_HANGUP,
  EVENT_WRITE,
  eventNames,
} from './selector/events.js'
export type { Selectable, WatchOptions } from './selector/registration.js'
export { type PollRequest, poll, type SelectLists, select } from './selector/select.js'
export { Selector } from './selector/selector.js'
export { type Waker, wake } from './selector/waker.js'
export type { Ready } from './selector/watched-set.js'
export type { BufferOptions } from './serve/buffer-limits.js'
export { Connection, type Handlers } from './serve/connection.js'
export { type DatagramHandlers, DatagramServer } from './serve/datagram-server.js'
export type { HandlerOptions } from './serve/handler-options.js'
export { attach, type ServeOptions, type ServeTarget, serve } from './serve/serve.js'
export { type DatagramTarget, type ServeDatagramsOptions, serveDatagrams } from './serve/serve-datagrams.js'
export { type DrainOptions, Server } from './serve/server.js'
export {
  BlockingServer,
  type BlockingServerEvents,
  type CloseOptions,
  type DeadThread,
  type ErrorSource,
  type ServeBlockingOptions,
  type ServeBlockingTlsOptions,
} from './serve-blocking/blocking-server.js'
export {
  type ConnectionHandler,
  type GivenListener,
  type OwnListener,
  type ServeBlockingTarget,
  serveBlocking,
} from './serve-blocking/serve-blocking.js'
export type { AcceptMessage, CloseMessage, ConnectMessage, ErrorMessage } from './socket/diagnostics.js'
export type { SocketReader } from './socket/reader.js'
export type { LineOptions, ReaderOptions } from './socket/reader-buffer.js'
export { Socket } from './socket/socket.js'
export { type SocketSupport, socketSupport } from './socket/support.js'
export type {
  FileOptions,
  FlagOptions,
  OpenFile,
  RangeOptions,
  Readiness,
  Received,
  ReceivedInto,
  TransferOptions,
} from './socket/transfer-options.js'
export { type DuplexOptions, SocketDuplex, toDuplex } from './streams/duplex.js'
export { type ListenHttpOptions, type ListenHttpTarget, listenHttp } from './streams/listen-http.js'
export type { WebStreams } from './streams/web-connection.js'
export { toWeb, type WebStreamsOptions } from './streams/web-streams.js'
export {
  AsyncTlsSocket,
  type OpenTlsOptions,
  openTls,
  type WrapTlsAsyncOptions,
  wrapTlsAsync,
} from './tls/async-tls-socket.js'
export { type ConnectTlsOptions, connectTls } from './tls/connect-tls.js'
export { type Pem, TlsContext, type TlsContextOptions, type TlsVersion } from './tls/context.js'
export { TlsError, type TlsErrorDetails } from './tls/errors.js'
export { openSslVersion } from './tls/openssl.js'
export type { TlsOptions, WrapTlsOptions } from './tls/options.js'
export { type TlsCipher, TlsInfo } from './tls/tls-info.js'
export { TlsSocket, type WrapTlsWaitOptions, wrapTls } from './tls/tls-socket.js'
export { type TraceEvent, type TraceEventDocument, toTraceEvents } from './trace/events.js'
export {
  type CallOutcome,
  Recording,
  readTraces,
  type Trace,
  type TracedCall,
  type TracedThread,
  type TraceOptions,
  trace,
} from './trace/trace.js'
