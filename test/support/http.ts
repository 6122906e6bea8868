// Servers for fetchSync, each in a thread of its own, because this one waits.

import type { RawResponse, RawServer } from '../fixtures/http/raw-server.js'
import type { SecureServerOptions } from '../fixtures/http/server.js'
import { type Scope, startWorker } from './threads.js'

/** Starts a server of node:http, or of node:https with a certificate; returns its URL, without a slash at the end. */
export async function startHttpServer(context: Scope, secure?: SecureServerOptions): Promise<string> {
  const port = await startWorker('http/server', { workerData: secure ?? {}, context }).next<number>()
  return `${secure === undefined ? 'http' : 'https'}://127.0.0.1:${port}`
}

/** Starts a server that sends responses byte for byte, over TLS with a certificate; returns its URL. */
export async function startRawServer(
  context: Scope,
  responses: readonly RawResponse[],
  secure?: RawServer['secure'],
): Promise<string> {
  const workerData = secure === undefined ? { responses } : { responses, secure }
  const port = await startWorker('http/raw-server', { workerData, context }).next<number>()
  return `${secure === undefined ? 'http' : 'https'}://127.0.0.1:${port}`
}

/** A proxy, its URL, and the requests that it got. */
export interface RunningProxy {
  readonly url: string
  next(): Promise<string>
}

/** Starts a proxy, which may require a user and a password: `user:password`. */
export async function startProxy(context: Scope, user?: string): Promise<RunningProxy> {
  const { next } = startWorker('http/proxy', { workerData: user === undefined ? {} : { user }, context })
  const port = await next<number>()
  return { url: `http://127.0.0.1:${port}`, next: () => next() }
}
