// What the words of a command line mean.

import { InvalidArgumentError } from 'commander'

const UNITS: Readonly<Record<string, number>> = { '': 1, ms: 1, s: 1000 }

/** A duration in milliseconds: `200`, `200ms`, `1.5s`. */
export function parseDuration(text: string): number {
  const match = /^(\d+(?:\.\d+)?) ?(ms|s|)$/.exec(text)
  if (match === null) throw new InvalidArgumentError('Not a duration such as 200, 200ms or 1.5s.')
  return Number(match[1]) * UNITS[match[2]!]!
}

/** How many calls are kept. */
export function parseLimit(text: string): number {
  const limit = /^\d{1,8}$/.test(text) ? Number(text) : 0
  if (limit < 1 || limit > 2 ** 24) throw new InvalidArgumentError('Not a number of calls from 1 to 16777216.')
  return limit
}

/** A whole number from 1 on. */
export function parseCount(text: string): number {
  const count = /^\d{1,9}$/.test(text) ? Number(text) : 0
  if (count < 1) throw new InvalidArgumentError('Not a whole number from 1 on.')
  return count
}

/** A port to connect to. */
export function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0
  if (port < 1 || port > 65535) throw new InvalidArgumentError('Not a port: a number from 1 to 65535.')
  return port
}

/** The address of a page; `http://` may be left out. */
export function parseUrl(text: string): URL {
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`
  if (!URL.canParse(address)) throw new InvalidArgumentError('Not an address such as http://example.com/.')
  const url = new URL(address)
  if (url.protocol === 'https:') throw new InvalidArgumentError('https is not supported: there is no TLS here yet.')
  if (url.protocol !== 'http:') throw new InvalidArgumentError('Only http:// is supported.')
  return url
}
