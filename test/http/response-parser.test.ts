// ResponseParser: the parser of fetchSync for programs that receive by themselves. What it takes and refuses is in
// strict-parsing.test.ts.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openConnection } from 'berkeley'
import { HttpError, ResponseParser } from 'berkeley/http'
import { httpServer } from '../support/node-servers.js'

const limits = { timeout: 60_000 }

test('parser: head, fields and body, undefined until they are there', () => {
  const parser = new ResponseParser()
  assert.deepEqual([parser.readHead(), parser.read(), parser.header('x-a')], [undefined, undefined, null])
  const text = 'HTTP/1.1 200 Fine, thanks\r\nX-A:  b \r\nx-a: c\r\nContent-Length: 5\r\n\r\n'
  parser.push(`HTTP/1.1 103 Hints\r\nX-A: no\r\n\r\n${text.slice(0, 20)}`)
  assert.deepEqual([parser.readHead(), parser.read()], [undefined, undefined])
  parser.push(text.slice(20))
  assert.deepEqual(parser.readHead(), {
    version: '1.1',
    status: 200,
    statusText: 'Fine, thanks',
    fields: [
      ['x-a', 'b'],
      ['x-a', 'c'],
      ['content-length', '5'],
    ],
    text,
  })
  assert.equal(parser.header('X-A'), 'b, c')
  assert.equal(parser.read(), undefined)
  parser.push(new TextEncoder().encode('hel'))
  assert.equal(String(parser.read()), 'hel')
  assert.equal(parser.read(), undefined)
  parser.push(Buffer.from('lo, and more'))
  assert.equal(String(parser.read()), 'lo')
  assert.deepEqual([parser.read(), parser.heldBytes, parser.keepsConnection], [null, 10, true])
})

test('parser: says whether the connection can carry another request', () => {
  const keeps = (response: string, method?: string): boolean => {
    const parser = new ResponseParser(method === undefined ? {} : { method })
    assert.equal(parser.keepsConnection, false)
    parser.push(response)
    parser.push(null)
    while (parser.read() !== null) {}
    return parser.keepsConnection
  }
  assert.equal(keeps('HTTP/1.1 204 None\r\n\r\n'), true)
  assert.equal(keeps('HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na'), true)
  assert.equal(keeps('HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n', 'HEAD'), true)
  assert.equal(keeps('HTTP/1.1 200 OK\r\n\r\na'), false)
  assert.equal(keeps('HTTP/1.1 204 None\r\nConnection: a, Close\r\n\r\n'), false)
  assert.equal(keeps('HTTP/1.0 204 None\r\n\r\n'), false)
  assert.equal(keeps('HTTP/1.0 204 None\r\nConnection: keep-alive\r\n\r\n'), true)
})

test('parser: reports a failure again', () => {
  const parser = new ResponseParser()
  parser.push('HTTP/1.1 200 OK\r\n A: b\r\n\r\n')
  const failures = [0, 1].map(() => {
    try {
      return parser.readHead()
    } catch (error) {
      return error
    }
  })
  assert.ok(failures[0] instanceof HttpError)
  assert.equal(failures[0], failures[1])
})

test('parser: another protocol is refused before its first line ends', () => {
  const parser = new ResponseParser()
  parser.push('HTT')
  assert.equal(parser.readHead(), undefined)
  parser.push('Q')
  assert.throws(() => parser.readHead(), { code: 'ERR_HTTP_INVALID_RESPONSE', message: /it begins with "HTTQ"/ })
})

test('parser: arguments that are wrong are refused', () => {
  assert.throws(() => new ResponseParser({ method: 1 as never }), { code: 'ERR_INVALID_ARG_TYPE' })
  assert.throws(() => new ResponseParser({ verb: 'GET' } as never), { code: 'ERR_INVALID_ARG_VALUE' })
  assert.throws(() => new ResponseParser().push(1 as never), { code: 'ERR_INVALID_ARG_TYPE' })
  assert.throws(() => new ResponseParser().push(undefined as never), { code: 'ERR_INVALID_ARG_TYPE' })
  assert.throws(() => new ResponseParser().header(1 as never), { code: 'ERR_INVALID_ARG_TYPE' })
})

test('parser: two responses over one awaited socket', limits, async (context) => {
  const port = await httpServer(context, (request, response) => {
    response.write(`page ${request.url}`)
    response.end('.')
  })
  const socket = await openConnection({ host: '127.0.0.1', port })
  context.after(() => socket.close())
  for (const path of ['/1', '/2']) {
    await socket.sendAll(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`)
    const parser = new ResponseParser()
    let body = ''
    for (let piece = parser.read(); piece !== null; piece = parser.read()) {
      if (piece === undefined) parser.push(await socket.recv(65536))
      else body += piece
    }
    assert.equal(body, `page ${path}.`)
    assert.deepEqual([parser.readHead()?.status, parser.heldBytes, parser.keepsConnection], [200, 0, true])
  }
})
