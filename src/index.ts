// What the package offers.

export type * from './constant-kinds.js'
export * from './constants.js'
export { errno, errnoMessage, errnoName } from './errno.js'
export {
  InterruptedError,
  ResolveError,
  SocketError,
  SocketTimeoutError,
  WouldBlockError,
} from './errors.js'
export type * from './addresses.js'
export type { Data, WritableData } from './data.js'
export type { WaitOptions } from './limits.js'
export type { ReaderOptions, SocketReader } from './reader.js'
export { Socket } from './socket.js'
export type * from './transfer-options.js'
