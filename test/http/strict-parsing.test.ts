// Responses that break RFC 9112, as llhttp's and undici's tests have them: each is refused. node:http, whose parser is llhttp,
// gets the same bytes: it refuses all of them but a few. Responses that are valid are taken by both.

import assert from 'node:assert/strict'
import { get } from 'node:http'
import { after, test } from 'node:test'
import { closeIdleConnections, fetchSync, HttpError, ResponseParser } from 'berkeley/http'
import { startRawServer } from '../support/http.js'

const limits = { timeout: 60_000 }

/** A body in chunks after a head that announces it. */
const chunked = (body: string): string => `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${body}`

const REFUSED: Readonly<Record<string, string>> = {
  'two lengths that differ': 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd',
  'two lengths that are equal': 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc',
  'a list of lengths': 'HTTP/1.1 200 OK\r\nContent-Length: 3, 3\r\n\r\nabc',
  'a length with a sign': 'HTTP/1.1 200 OK\r\nContent-Length: +3\r\n\r\nabc',
  'a negative length': 'HTTP/1.1 200 OK\r\nContent-Length: -3\r\n\r\nabc',
  'a length in hexadecimal': 'HTTP/1.1 200 OK\r\nContent-Length: 0x3\r\n\r\nabc',
  'a length with a space in it': 'HTTP/1.1 200 OK\r\nContent-Length: 4 2\r\n\r\nabc',
  'an empty length': 'HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\nabc',
  'a length beyond all integers': `HTTP/1.1 200 OK\r\nContent-Length: ${'9'.repeat(30)}\r\n\r\nabc`,
  'a length and then a transfer coding':
    'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n',
  'a transfer coding and then a length':
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n3\r\nabc\r\n0\r\n\r\n',
  'a transfer coding that is unknown': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: xchunked\r\n\r\nabc',
  'a transfer coding that ends in another': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, identity\r\n\r\nabc',
  'two transfer codings': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n',
  'chunked twice': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  'a quoted transfer coding': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: "chunked"\r\n\r\n0\r\n\r\n',
  'a transfer coding with a vertical tab': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: \vchunked\r\n\r\n0\r\n\r\n',
  'a transfer coding in HTTP/1.0': 'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  'a tab after a transfer coding': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\t\r\n\r\n0\r\n\r\n',
  'a tab after a length': 'HTTP/1.1 200 OK\r\nContent-Length: 3\t\r\n\r\nabc',
  'a length that is no integer': 'HTTP/1.1 200 OK\r\nContent-Length: 3.0\r\n\r\nabc',
  'a length with an exponent': 'HTTP/1.1 200 OK\r\nContent-Length: 3e0\r\n\r\nabc',
  'a quoted length': 'HTTP/1.1 200 OK\r\nContent-Length: "3"\r\n\r\nabc',
  'a transfer coding with a parameter': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked;a=b\r\n\r\n0\r\n\r\n',
  'a transfer coding in a list of one': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked,\r\n\r\n0\r\n\r\n',
  'an empty transfer coding': 'HTTP/1.1 200 OK\r\nTransfer-Encoding:\r\n\r\nabc',
  'bare LF after the first line': 'HTTP/1.1 200 OK\nContent-Length: 3\r\n\r\nabc',
  'bare LF after a field': 'HTTP/1.1 200 OK\r\nContent-Length: 3\nX: y\r\n\r\nabc',
  'bare LF as the empty line': 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\nabc',
  'bare CR after a field': 'HTTP/1.1 200 OK\r\nX: a\rContent-Length: 3\r\n\r\nabc',
  'bare CR in a name': 'HTTP/1.1 200 OK\r\nX\r: a\r\nContent-Length: 3\r\n\r\nabc',
  'CR CR LF': 'HTTP/1.1 200 OK\r\r\nContent-Length: 3\r\n\r\nabc',
  'a folded field': 'HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 3\r\n\r\nabc',
  'a folded field by a tab': 'HTTP/1.1 200 OK\r\nX: a\r\n\tb\r\nContent-Length: 3\r\n\r\nabc',
  'a folded length': 'HTTP/1.1 200 OK\r\nContent-Length:\r\n 3\r\n\r\nabc',
  'a space before the first name': 'HTTP/1.1 200 OK\r\n X: a\r\nContent-Length: 3\r\n\r\nabc',
  'a space before the colon': 'HTTP/1.1 200 OK\r\nContent-Length : 3\r\n\r\nabc',
  'a tab before the colon': 'HTTP/1.1 200 OK\r\nTransfer-Encoding\t: chunked\r\n\r\n0\r\n\r\n',
  'a space within a name': 'HTTP/1.1 200 OK\r\nContent Length: 3\r\n\r\nabc',
  'a name in other letters': 'HTTP/1.1 200 OK\r\nContent-L\xebngth: 3\r\n\r\nabc',
  'a field without a colon': 'HTTP/1.1 200 OK\r\nContent-Length 3\r\n\r\nabc',
  'a field without a name': 'HTTP/1.1 200 OK\r\n: 3\r\nContent-Length: 3\r\n\r\nabc',
  'NUL in a value': 'HTTP/1.1 200 OK\r\nX: a\0b\r\nContent-Length: 3\r\n\r\nabc',
  'NUL in a name': 'HTTP/1.1 200 OK\r\nX\0: a\r\nContent-Length: 3\r\n\r\nabc',
  'DEL in a value': 'HTTP/1.1 200 OK\r\nX: a\x7f\r\nContent-Length: 3\r\n\r\nabc',
  'no version': '200 OK\r\nContent-Length: 3\r\n\r\nabc',
  'HTTP/2': 'HTTP/2.0 200 OK\r\nContent-Length: 3\r\n\r\nabc',
  'HTTP/1.2': 'HTTP/1.2 200 OK\r\nContent-Length: 3\r\n\r\nabc',
  'a version of two digits': 'HTTP/1.01 200 OK\r\nContent-Length: 3\r\n\r\nabc',
  'another protocol': 'HTTQ/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc',
  'another protocol altogether': 'SSH-2.0-OpenSSH_9.2\r\n\r\n',
  'the protocol in small letters': 'http/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc',
  'a space before the version': ' HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc',
  'two spaces before the status': 'HTTP/1.1  200 OK\r\nContent-Length: 3\r\n\r\nabc',
  'a tab before the status': 'HTTP/1.1\t200 OK\r\nContent-Length: 3\r\n\r\nabc',
  'an empty line before the first': '\r\nHTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc',
  RTSP: 'RTSP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nabc',
  'ICY, as old radio stations': 'ICY 200 OK\r\n\r\nabc',
  'no space after the status': 'HTTP/1.1 200OK\r\nContent-Length: 3\r\n\r\nabc',
  'a status that begins with 0': 'HTTP/1.1 099 OK\r\nContent-Length: 3\r\n\r\nabc',
  'a control character in the reason': 'HTTP/1.1 200 O\x01K\r\nContent-Length: 3\r\n\r\nabc',
  'a status of two digits': 'HTTP/1.1 20 OK\r\nContent-Length: 3\r\n\r\nabc',
  'a status of four digits': 'HTTP/1.1 2000 OK\r\nContent-Length: 3\r\n\r\nabc',
  'a status of letters': 'HTTP/1.1 2xx OK\r\nContent-Length: 3\r\n\r\nabc',
  'bytes of TLS': '\x15\x03\x01\x00\x02\x02\x16',
  'an end within the first line': 'HTTP/1.1 200',
  'an end within the head': 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n',
  'no response': '',
  'a body that is cut': 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabc',
  'a switch of protocols': 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n',
  'a chunk that is cut': chunked('4\r\nabc'),
  'chunks without the last one': chunked('3\r\nabc\r\n'),
  'trailers that are cut': chunked('3\r\nabc\r\n0\r\nX: y\r\n'),
  'a chunk longer than its size': chunked('2\r\nabc\r\n0\r\n\r\n'),
  'a chunk shorter than its size': chunked('4\r\nabc\r\n0\r\n\r\n'),
  'a size that is no number': chunked('z\r\nabc\r\n0\r\n\r\n'),
  'an empty size': chunked('\r\nabc\r\n0\r\n\r\n'),
  'a size with 0x': chunked('0x3\r\nabc\r\n0\r\n\r\n'),
  'a size with a sign': chunked('+3\r\nabc\r\n0\r\n\r\n'),
  'a size with _': chunked('1_0\r\nabc\r\n0\r\n\r\n'),
  'a size beyond all integers': chunked('ffffffffffffffffff\r\nabc\r\n0\r\n\r\n'),
  'a space before a size': chunked(' 3\r\nabc\r\n0\r\n\r\n'),
  'a space after a size': chunked('3 \r\nabc\r\n0\r\n\r\n'),
  'bare LF after a size': chunked('3\nabc\r\n0\r\n\r\n'),
  'bare CR after a size': chunked('3\rabc\r\n0\r\n\r\n'),
  'bare LF after a chunk': chunked('3\r\nabc\n0\r\n\r\n'),
  'no CRLF after a chunk': chunked('3\r\nabc0\r\n\r\n'),
  'bare LF after the last chunk': chunked('3\r\nabc\r\n0\n\r\n'),
  'CR in an extension': chunked('3;a\rb\r\nabc\r\n0\r\n\r\n'),
  'bare LF in an extension': chunked('3;a\nb\r\nabc\r\n0\r\n\r\n'),
  'NUL in an extension': chunked('3;a\0b\r\nabc\r\n0\r\n\r\n'),
  'an extension without end': chunked(`3;${'a'.repeat(70_000)}\r\nabc\r\n0\r\n\r\n`),
  'an extension without a name': chunked('3;\r\nabc\r\n0\r\n\r\n'),
  'an extension with a value and no name': chunked('3;=x\r\nabc\r\n0\r\n\r\n'),
  'an extension with an empty value': chunked('3;a=\r\nabc\r\n0\r\n\r\n'),
  'an extension after a space': chunked('3; a\r\nabc\r\n0\r\n\r\n'),
  'a space in the name of an extension': chunked('3;a b=c\r\nabc\r\n0\r\n\r\n'),
  'a space in the value of an extension': chunked('3;a=b c\r\nabc\r\n0\r\n\r\n'),
  'a quoted extension without end': chunked('3;a="b\r\nabc\r\n0\r\n\r\n'),
  'text after a quoted extension': chunked('3;a="b"c\r\nabc\r\n0\r\n\r\n'),
  'another character in an extension': chunked('3;a@\r\nabc\r\n0\r\n\r\n'),
  'latin1 in the name of an extension': chunked('3;\xe9\r\nabc\r\n0\r\n\r\n'),
  'an extension of the last chunk without end': chunked('0;a="b\r\n\r\n'),
  'a trailer without a colon': chunked('3\r\nabc\r\n0\r\nno colon\r\n\r\n'),
  'a folded trailer': chunked('3\r\nabc\r\n0\r\nX: y\r\n z\r\n\r\n'),
  'a head without end': `HTTP/1.1 200 OK\r\n${`X: ${'y'.repeat(1000)}\r\n`.repeat(100)}\r\n`,
  'a field without end': `HTTP/1.1 200 OK\r\nX: ${'y'.repeat(100_000)}\r\n\r\n`,
  'interim responses without end': 'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(100),
}

const TAKEN: Readonly<Record<string, readonly [response: string, body: string]>> = {
  'a length': ['HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc', 'abc'],
  'a length with spaces around': ['HTTP/1.1 200 OK\r\nContent-Length: \t 3 \r\n\r\nabc', 'abc'],
  'no space after the colon': ['HTTP/1.1 200 OK\r\nContent-Length:3\r\n\r\nabc', 'abc'],
  'an empty value': ['HTTP/1.1 200 OK\r\nX:\r\nContent-Length: 3\r\n\r\nabc', 'abc'],
  'a value in latin1': ['HTTP/1.1 200 OK\r\nX: \xe9\r\nContent-Length: 3\r\n\r\nabc', 'abc'],
  'a reason of many words': ['HTTP/1.1 200 All is fine\r\nContent-Length: 3\r\n\r\nabc', 'abc'],
  'an empty reason': ['HTTP/1.1 200 \r\nContent-Length: 3\r\n\r\nabc', 'abc'],
  'no reason': ['HTTP/1.1 200\r\nContent-Length: 3\r\n\r\nabc', 'abc'],
  'the end of the connection': ['HTTP/1.1 200 OK\r\n\r\nabc', 'abc'],
  'HTTP/1.0': ['HTTP/1.0 200 OK\r\n\r\nabc', 'abc'],
  chunks: [chunked('1\r\na\r\n02\r\nbc\r\n0\r\n\r\n'), 'abc'],
  'a size in capitals': [chunked('A\r\n0123456789\r\n0\r\n\r\n'), '0123456789'],
  'chunked in capitals': ['HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n0\r\n\r\n', ''],
  extensions: [chunked('3;a=b;c="d \\"e";f\r\nabc\r\n0;g\r\n\r\n'), 'abc'],
  trailers: [chunked('3\r\nabc\r\n0\r\nX: y\r\n\r\n'), 'abc'],
  'a chunk that contains a response': [chunked('11\r\nHTTP/1.1 404 No\r\n\r\n0\r\n\r\n'), 'HTTP/1.1 404 No\r\n'],
  'interim responses': [
    'HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Hints\r\nX: y\r\n\r\nHTTP/1.1 200 OK\r\n\r\nabc',
    'abc',
  ],
}

const responses = [...Object.values(REFUSED), ...Object.values(TAKEN).map(([response]) => response)]
const site = await startRawServer(
  { after },
  responses.map((bytes) => ({ bytes })),
)
const urlOf = (response: string): string => `${site}/${responses.indexOf(response)}`

/** The body that node:http gets, or null if it refuses. */
function bodyByNode(url: string): Promise<string | null> {
  return new Promise((resolve) => {
    const request = get(url, { agent: false }, (response) => {
      let body = ''
      response.setEncoding('latin1')
      response.on('data', (chunk) => {
        body += chunk
      })
      response.on('end', () => resolve(response.complete ? body : null))
      response.on('error', () => resolve(null))
    })
    request.on('error', () => resolve(null))
    request.on('upgrade', (_, socket) => {
      socket.destroy()
      resolve(null)
    })
  })
}

/** The body that a ResponseParser returns that is given byte by byte, with what follows it. */
function bodyByParser(response: string): string {
  const parser = new ResponseParser()
  const bytes = Buffer.from(response, 'latin1')
  let next = 0
  let body = ''
  for (let piece = parser.read(); piece !== null; piece = parser.read()) {
    if (piece !== undefined) body += piece.toString('latin1')
    else parser.push(next < bytes.length ? bytes.subarray(next, ++next) : null)
  }
  return body
}

/** Whether llhttp is of 2024 or newer: older ones repaired more. */
const isLlhttpStrict = Number.parseFloat(process.versions['llhttp']!) >= 9.2

/** Responses that llhttp takes, although the grammar forbids them. */
const MORE_STRICT = [
  'a transfer coding in HTTP/1.0',
  'a transfer coding that is unknown',
  'a transfer coding that ends in another',
  'two transfer codings',
  'chunked twice',
  'a quoted transfer coding',
  'a transfer coding with a parameter',
  'a transfer coding in a list of one',
  'a tab after a transfer coding',
  'an empty transfer coding',
  'an empty line before the first',
  'RTSP',
  'a status that begins with 0',
  'a control character in the reason',
  'an extension with a value and no name',
  'an extension with an empty value',
  'HTTP/2',
]

for (const [name, response] of Object.entries(REFUSED)) {
  test(`refused: ${name}`, limits, async () => {
    assert.throws(() => fetchSync(urlOf(response)).bytes(), HttpError)
    assert.throws(() => bodyByParser(response), HttpError)
    const byNode = await bodyByNode(urlOf(response))
    if (isLlhttpStrict && !MORE_STRICT.includes(name)) assert.equal(byNode, null, 'node:http takes it')
  })
}

for (const [name, [response, body]] of Object.entries(TAKEN)) {
  test(`taken: ${name}`, limits, async () => {
    assert.equal(fetchSync(urlOf(response)).bytes().toString('latin1'), body)
    assert.equal(bodyByParser(response), body)
    assert.equal(await bodyByNode(urlOf(response)), body)
  })
}

test('a response that follows unasked is no reply to the next request', limits, async (context) => {
  const own = 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nown'
  const forged = 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged'
  const url = await startRawServer(context, [
    { bytes: own + forged, staysOpen: true },
    { bytes: own, staysOpen: true },
    { bytes: `HTTP/1.1 204 None\r\nContent-Length: 6\r\n\r\n${forged}`, staysOpen: true },
  ])
  for (const first of [0, 2]) {
    fetchSync(`${url}/${first}`).bytes()
    assert.equal(fetchSync(`${url}/1`).text(), 'own')
  }
  fetchSync(`${url}/0`, { method: 'HEAD' }).bytes()
  assert.equal(fetchSync(`${url}/1`).text(), 'own')
  closeIdleConnections()
})

test('a connection that the server has closed is not used again', limits, async (context) => {
  const url = await startRawServer(context, [{ bytes: 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc' }])
  for (let count = 0; count < 20; count++) assert.equal(fetchSync(`${url}/0`).text(), 'abc')
})

test(
  'a connection that the server closes during the request: what may be repeated is, over a new one',
  limits,
  async (context) => {
    const bytes = 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc'
    const url = await startRawServer(context, [{ bytes, staysOpen: true, isLast: true }])
    for (let count = 0; count < 3; count++) assert.equal(fetchSync(`${url}/0`).text(), 'abc')
    assert.equal(fetchSync(`${url}/0`, { method: 'PUT', body: 'a' }).text(), 'abc')
    assert.throws(() => fetchSync(`${url}/0`, { method: 'POST', body: 'a' }), { code: 'ERR_HTTP_TRUNCATED' })
    assert.equal(fetchSync(`${url}/0`, { method: 'POST', body: 'a' }).text(), 'abc')
    assert.throws(() => fetchSync(`${url}/0`, { method: 'PUT', body: ['a'] }), { code: 'ERR_HTTP_TRUNCATED' })
    closeIdleConnections()
  },
)
