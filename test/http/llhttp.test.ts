// Responses with one byte too many, too few or wrong, at every place: what llhttp refuses, which is in node:http, is refused
// here, and what both take has the same body in both. Two parsers that disagree on a body can be made to mix up responses.

import assert from 'node:assert/strict'
import { Agent, get } from 'node:http'
import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { test } from 'node:test'
import { HttpError, ResponseParser } from 'berkeley/http'

const VALID = [
  'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nX-A: b\r\n\r\nabc',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;a="b";c\r\nabc\r\n0\r\nT: u\r\n\r\n',
  'HTTP/1.0 200 OK\r\nConnection: close\r\n\r\nabc',
  'HTTP/1.1 103 Hints\r\nLink: x\r\n\r\nHTTP/1.1 204 None\r\n\r\n',
]

const INSERTED = ['\r', '\n', '\0', ' ', '\t', ':', ';', ',', '0', '\xff']

function mutants(valid: string): string[] {
  const places = Array.from({ length: valid.length + 1 }, (_, at) => at)
  return places.flatMap((at) => [
    ...INSERTED.map((byte) => valid.slice(0, at) + byte + valid.slice(at)),
    valid.slice(0, at) + valid.slice(at + 1),
    `${valid.slice(0, at)}~${valid.slice(at + 1)}`,
    valid.slice(0, at),
  ])
}

/** A connection over which a response arrives as soon as there is a request. */
function connectionWith(response: string): Socket {
  let isSent = false
  const connection = new Duplex({
    read() {},
    write(_bytes, _encoding, done) {
      done()
      if (isSent) return
      isSent = true
      if (response !== '') connection.push(Buffer.from(response, 'latin1'))
      setImmediate(() => connection.push(null))
    },
  })
  const nothing = (): Duplex => connection
  const members = { setTimeout: nothing, setNoDelay: nothing, setKeepAlive: nothing, ref: nothing, unref: nothing }
  return Object.assign(connection, members, { destroySoon: () => connection.destroy() }) as unknown as Socket
}

/** The body that node:http takes; null if it refuses the response. */
function bodyByNode(response: string): Promise<string | null> {
  const agent = new Agent()
  Object.assign(agent, { createConnection: () => connectionWith(response) })
  return new Promise((resolve) => {
    const request = get({ host: 'localhost', agent }, (message) => {
      let body = ''
      message.setEncoding('latin1')
      message.on('data', (chunk) => {
        body += chunk
      })
      message.on('end', () => resolve(message.complete ? body : null))
      message.on('error', () => resolve(null))
    })
    request.on('error', () => resolve(null))
    request.on('upgrade', () => resolve(null))
  })
}

/** The body that the parser returns; null if it refuses the response, or reports bytes after it. */
function bodyByParser(response: string): string | null {
  const parser = new ResponseParser()
  parser.push(Buffer.from(response, 'latin1'))
  parser.push(null)
  let body = ''
  try {
    for (let piece = parser.read(); piece !== null; piece = parser.read()) body += piece!.toString('latin1')
  } catch (error) {
    assert.ok(error instanceof HttpError, String(error))
    return null
  }
  return parser.heldBytes > 0 ? null : body
}

for (const valid of VALID) {
  test(`mutants of ${JSON.stringify(valid)}`, { timeout: 60_000 }, async (context) => {
    assert.equal(bodyByParser(valid), await bodyByNode(valid))
    let [refused, taken, moreStrict] = [0, 0, 0]
    for (const mutant of mutants(valid)) {
      const [expected, actual] = [await bodyByNode(mutant), bodyByParser(mutant)]
      if (actual !== null) assert.equal(actual, expected, JSON.stringify(mutant))
      if (actual !== null) taken++
      else if (expected === null) refused++
      else moreStrict++
    }
    context.diagnostic(`${refused} refused by both, ${taken} taken by both, ${moreStrict} refused here alone`)
    assert.ok(refused > 0 && taken > 0)
  })
}
