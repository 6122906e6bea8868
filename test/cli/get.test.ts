// The request of `berkeley get`, and its progress. What it does with a response is in cli.test.ts.

import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { addData, bodyOf, parseField, requestFor } from '../../src/cli/get/request.js'
import { size } from '../../src/cli/terminal/formatting.js'
import { run } from '../support/child.js'
import { temporaryFolder } from '../support/folders.js'
import { httpServer } from '../support/node-servers.js'
import { inTerminal, noTerminal } from '../support/terminal.js'

const limits = { timeout: 60_000 }

test('get: -d sends its values by POST, and -H sets and removes fields', limits, async (context) => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'file'), 'from=a file\n')
  let received = ''
  const port = await httpServer(context, async (request, response) => {
    for await (const piece of request) received += piece
    const { method, headers } = request
    response.end(JSON.stringify({ method, ...headers }))
  })
  const data = ['-d', 'a=b', '-d', `@${join(folder, 'file')}`, '-d', '@-']
  const fields = ['-H', 'Content-Type: text/x', '-H', 'user-agent:', '-H', 'X-Grüße: ja']
  const words = ['get', ...data, ...fields, `http://127.0.0.1:${port}/`]
  const refused = await run(context, 'src/cli/main.js', words, { input: Buffer.from('input') })
  assert.equal(refused.code, 2)
  assert.match(refused.stderr, /Expected a header field/)
  const sent = await run(context, 'src/cli/main.js', words.with(-2, 'X-Greeting: ja'), { input: Buffer.from('input') })
  assert.equal(sent.code, 0, sent.stderr)
  const { method, connection, ...headers } = JSON.parse(sent.stdout.toString()) as Record<string, string>
  assert.deepEqual([method, connection], ['POST', 'close'])
  assert.equal(received, 'a=b&from=a file\n&input')
  const expected = { 'content-type': 'text/x', 'x-greeting': 'ja', 'content-length': String(received.length) }
  assert.deepEqual(headers, { host: `127.0.0.1:${port}`, accept: '*/*', ...expected })
})

test('get: fields that would contradict the request, or end it, are refused', () => {
  for (const text of [
    'no colon',
    ': x',
    'a b: c',
    'A: x\r\nB: y',
    'A: \0',
    'Content-Length: 1',
    'transfer-encoding:',
    'Connection: x',
  ]) {
    assert.throws(() => parseField(text), { code: 'commander.invalidArgument' }, text)
  }
  assert.deepEqual(parseField('A:  b ', [{ name: 'x', value: 'y' }]), [
    { name: 'x', value: 'y' },
    { name: 'A', value: 'b' },
  ])
})

test('get: a request without data is a GET, and an empty value is a POST', () => {
  const url = new URL('http://host/path?query')
  assert.match(
    requestFor(url).toString(),
    /^GET \/path\?query HTTP\/1\.1\r\nHost: host\r\n.*Connection: close\r\n\r\n$/s,
  )
  assert.match(requestFor(url, [], bodyOf(addData(''))).toString(), /^POST .*\r\nContent-Length: 0\r\n.*\r\n\r\n$/s)
  assert.equal(bodyOf(undefined), undefined)
})

test('get: shows its progress in a terminal while the page goes to a file', {
  ...limits,
  skip: noTerminal,
}, async (context) => {
  const page = Buffer.alloc(300_000, 'x')
  const port = await httpServer(context, (request, response) => {
    if (request.url === '/length') response.setHeader('Content-Length', page.length)
    response.end(page)
  })
  for (const [path, progress] of [
    ['/length', /100% {2}293 KiB of 293 KiB/],
    ['/', /293 KiB {2}\S+ [KMG]iB\/s/],
  ] as const) {
    const file = join(temporaryFolder(), 'page')
    const { code, stdout } = await inTerminal(context, ['get', '-o', file, `http://127.0.0.1:${port}${path}`])
    assert.equal(code, 0)
    assert.match(stdout.toString(), progress)
    assert.match(stdout.toString(), /page: 293 KiB in \S+ (ms|s)\r\n$/)
    assert.ok(readFileSync(file).equals(page))
  }
})

test('formatting: sizes have about three digits', () => {
  const shown = [0, 1, 999, 1000, 1024, 10 ** 6, 10 ** 9, 1.05e9, 2 ** 50].map(size)
  const small = ['0 bytes', '1 byte', '999 bytes', '0.977 KiB', '1.00 KiB']
  assert.deepEqual(shown, [...small, '977 KiB', '954 MiB', '0.978 GiB', '1,024 TiB'])
})
