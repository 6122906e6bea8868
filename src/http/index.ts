// What `berkeley/http` exports.

// Its types speak of Buffer, Blob and Disposable, which @types/node has, whatever `lib` and `types` a project names.
/// <reference types="node" preserve="true" />

export { closeIdleConnections } from './connection-pool.js'
export { HttpError, type HttpErrorDetails } from './errors.js'
export { fetchSync } from './fetch-sync.js'
export type { HeadersInput } from './header-list.js'
export type { FetchProgress, FetchSyncOptions } from './options.js'
export type { RequestBodyInput } from './request-body.js'
export { SyncResponse } from './response.js'
export { type ReceivedHead, ResponseParser, type ResponseParserOptions } from './response-parser.js'
