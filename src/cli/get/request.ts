// The request of `berkeley get`: GET, or POST where there is data.

import { readFileSync } from 'node:fs'
import { InvalidArgumentError } from 'commander'

/** A header field of the command line. Without a value it removes the field of that name. */
export interface RequestField {
  readonly name: string
  readonly value: string
}

/** Fields that say where a message ends: a wrong value would corrupt the exchange. */
const OWN_FIELDS = ['connection', 'content-length', 'transfer-encoding']

/** A field by RFC 9110: the name is a token, the value has no control characters. */
const FIELD = /^([!#$%&'*+.^_`|~\w-]+):[ \t]*([^\p{Cc}]*)$/u

/** Parses a value of `-H`, and adds it to those before it. */
export function parseField(text: string, previous: readonly RequestField[] = []): readonly RequestField[] {
  const [, name, value = ''] = FIELD.exec(text) ?? []
  if (name === undefined) throw new InvalidArgumentError("Expected a header field such as 'Accept: text/html'.")
  if (OWN_FIELDS.includes(name.toLowerCase())) {
    throw new InvalidArgumentError(`${name} follows from the request, and cannot be set.`)
  }
  return [...previous, { name, value: value.trim() }]
}

/** Adds a value of `-d` to those before it. */
export function addData(text: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, text]
}

/** The body of values of `-d`, joined by `&`; `@file` is the content of a file, `@-` standard input. */
export function bodyOf(data: readonly string[] | undefined): Buffer | undefined {
  if (data === undefined) return undefined
  const pieces = data.map((text) => {
    if (!text.startsWith('@')) return Buffer.from(text)
    return readFileSync(text === '@-' ? process.stdin.fd : text.slice(1))
  })
  return Buffer.concat(pieces.flatMap((piece, index) => (index === 0 ? [piece] : [Buffer.from('&'), piece])))
}

/** The request in bytes. It asks the server to close the connection after the response. */
export function requestFor(url: URL, given: readonly RequestField[] = [], body?: Buffer): Buffer {
  const names = new Set(given.map(({ name }) => name.toLowerCase()))
  const fields = [
    ...usualFields(url, body).filter(({ name }) => !names.has(name.toLowerCase())),
    ...given.filter(({ value }) => value !== ''),
    ...(body === undefined ? [] : [{ name: 'Content-Length', value: String(body.length) }]),
    { name: 'Connection', value: 'close' },
  ]
  const method = body === undefined ? 'GET' : 'POST'
  const lines = fields.map(({ name, value }) => `${name}: ${value}`)
  const head = [`${method} ${url.pathname}${url.search} HTTP/1.1`, ...lines, '', ''].join('\r\n')
  return Buffer.concat([Buffer.from(head), body ?? Buffer.alloc(0)])
}

/** The fields that a field of the command line replaces. */
function usualFields(url: URL, body: Buffer | undefined): RequestField[] {
  const fields = [{ name: 'Host', value: url.host }]
  if (url.username !== '') {
    const user = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`
    fields.push({ name: 'Authorization', value: `Basic ${Buffer.from(user).toString('base64')}` })
  }
  fields.push({ name: 'User-Agent', value: 'berkeley' }, { name: 'Accept', value: '*/*' })
  if (body !== undefined) fields.push({ name: 'Content-Type', value: 'application/x-www-form-urlencoded' })
  return fields
}
