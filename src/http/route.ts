// Where the connection for a request leads: to the server, through a proxy's tunnel, or to a proxy that reads the request.

import { statSync } from 'node:fs'
import type { ConnectionTarget } from '../connect/plan.js'
import type { TlsOptions } from '../tls/options.js'
import type { FetchPlan } from './options.js'
import { environmentProxy } from './proxy-environment.js'
import { type FetchRequest, hostOf, portOf } from './request.js'
import { tlsKey } from './tls-key.js'

/** How to reach the server of a request. */
export interface Route {
  /** Connections of the same key can serve each other's requests, and resume each other's sessions of TLS. */
  readonly key: string
  readonly target: ConnectionTarget
  /** The proxy at the target; null without one. */
  readonly proxy: URL | null
  /** Whether the proxy only passes bytes on, after CONNECT. */
  readonly isTunnel: boolean
  /** Options of TLS with the server; null for http. */
  readonly tls: TlsOptions | null
  /** The server's host and port, as CONNECT has them. */
  readonly authority: string
  /** The name that the server's certificate is checked against. */
  readonly serverName: string
}

const NO_OPTIONS: TlsOptions = Object.freeze({})

/** The route of a request. */
export function routeOf({ url }: FetchRequest, plan: FetchPlan): Route {
  const isSecure = url.protocol === 'https:'
  const proxy = plan.socketPath === null ? proxyOf(url, plan) : null
  const tls = isSecure ? (plan.tls ?? NO_OPTIONS) : null
  const host = hostOf(url)
  const port = portOf(url)
  const at = proxy ?? url
  return {
    key: [
      url.origin,
      plan.socketPath === null ? '' : fileAt(plan.socketPath),
      proxy?.href ?? '',
      tls === null ? '' : tlsKey(tls),
    ].join(' '),
    target: plan.socketPath === null ? { host: hostOf(at), port: portOf(at) } : { path: plan.socketPath },
    proxy,
    isTunnel: proxy !== null && isSecure,
    tls,
    authority: `${url.hostname}:${port}`,
    serverName: host,
  }
}

/** A path and the file that it leads to now: a link that is turned, or a server that began anew, ends the use of connections. */
function fileAt(path: string): string {
  try {
    const { dev, ino } = statSync(path)
    return `${path} ${dev}:${ino}`
  } catch {
    // An abstract name, or a path that connecting will report.
    return path
  }
}

function proxyOf(url: URL, { proxy }: FetchPlan): URL | null {
  return proxy === undefined ? environmentProxy(hostOf(url), portOf(url), url.protocol) : proxy
}

/** The line with the credentials of the proxy's URL. */
export function proxyAuthorization({ username, password }: URL): string {
  if (username === '' && password === '') return ''
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return `proxy-authorization: Basic ${Buffer.from(credentials).toString('base64')}\r\n`
}
