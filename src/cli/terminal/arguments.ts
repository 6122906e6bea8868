// Parsers for the values of command-line arguments and options.

import { InvalidArgumentError } from 'commander'

const MS_PER_UNIT: Readonly<Record<string, number>> = { '': 1, ms: 1, s: 1000 }

const MAX_CALLS = 2 ** 24

/** Parses a duration, `200`, `200ms` or `1.5s`, to milliseconds. */
export function parseDuration(text: string): number {
  const match = /^(\d+(?:\.\d+)?) ?(ms|s|)$/.exec(text)
  if (match === null) throw new InvalidArgumentError('Expected a duration such as 200, 200ms or 1.5s.')
  return Number(match[1]) * MS_PER_UNIT[match[2]!]!
}

/** Parses a number of seconds, fractions allowed, to milliseconds; a negative one stays negative. */
export function parseSeconds(text: string): number {
  if (!/^-?\d{1,9}(?:\.\d+)?$/.test(text)) throw new InvalidArgumentError('Expected a number of seconds.')
  return Number(text) * MS_PER_UNIT['s']!
}

/** Parses the number of calls that a trace keeps. */
export function parseCallLimit(text: string): number {
  const limit = /^\d{1,8}$/.test(text) ? Number(text) : 0
  if (limit < 1 || limit > MAX_CALLS) {
    throw new InvalidArgumentError(`Expected a number of calls from 1 to ${MAX_CALLS}.`)
  }
  return limit
}

/** Parses an integer of at least 1. */
export function parseCount(text: string): number {
  const count = /^\d{1,9}$/.test(text) ? Number(text) : 0
  if (count < 1) throw new InvalidArgumentError('Expected a whole number of at least 1.')
  return count
}

/** Parses a port to connect to. */
export function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0
  if (port < 1 || port > 65535) throw new InvalidArgumentError('Expected a port from 1 to 65535.')
  return port
}

/** Parses a host. One with a port, or a URL, would be looked up as a name. */
export function parseHost(text: string): string {
  if (!text.includes('://') && !/^[^/:]*:\d+$/.test(text)) return text
  throw new InvalidArgumentError('Expected a host alone: its port is the next argument.')
}

/** Parses a host, or a URL if it has a scheme. */
export function parseHostOrUrl(text: string): string | URL {
  return text.includes('://') ? parseUrl(text) : parseHost(text)
}

/** Parses an address to listen on: `127.0.0.1:8080`, `[::1]:8080`; port 0 lets the kernel choose. */
export function parseListenAddress(text: string): { host: string; port: number } {
  const [, inet6, other, digits] = /^(?:\[([^\]]+)\]|([^:[\]]*)):(\d{1,5})$/.exec(text) ?? []
  const host = inet6 ?? other
  const port = Number(digits)
  if (host === undefined || port > 65535) {
    throw new InvalidArgumentError('Expected a host and a port such as 127.0.0.1:8080 or [::1]:8080.')
  }
  return { host, port }
}

/** Parses the URL of a page; `http://` may be left out. */
export function parseUrl(text: string): URL {
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`
  if (!URL.canParse(address)) throw new InvalidArgumentError('Expected a URL such as http://example.com/.')
  const url = new URL(address)
  const isWeb = url.protocol === 'http:' || url.protocol === 'https:'
  if (!isWeb) throw new InvalidArgumentError('Only http:// and https:// are supported.')
  return url
}
