// No text from outside reaches a terminal as it is: not a server's reply, not an error that quotes it, not a file's name.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import fc from 'fast-check'
import { printable, printableJson, printablePage } from '../../src/cli/terminal/escaping.js'
import { type Ended, run } from '../support/child.js'
import { temporaryFolder } from '../support/folders.js'
import { tcpServer } from '../support/node-servers.js'
import { inTerminal, noTerminal } from '../support/terminal.js'

const limits = { timeout: 180_000 }

/** Sets the title, clears the screen, the same as C1, deletes, and reorders what follows. */
const HOSTILE = '\x1b]0;title\x07\x1b[2J\u009b2J\x7f\u202eexe.txt'
const ESCAPED = '\\x1b]0;title\\x07\\x1b[2J\\x9b2J\\x7f\\u202eexe.txt'

/** Whether a terminal would do something other than show the text. The last line feeds are the command's own. */
function obeyed(text: string): boolean {
  return /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u.test(text.replaceAll('\n', ''))
}

function berkeley(context: TestContext, ...args: string[]): Promise<Ended> {
  return run(context, 'src/cli/main.js', args)
}

/** A server that sends the same reply on every connection, and closes it. */
function serverOf(context: TestContext, reply: string): Promise<number> {
  return tcpServer(context, (connection) => connection.once('data', () => connection.end(reply)))
}

/** A field of HTTP has no control characters, but those beyond ASCII. */
const HOSTILE_FIELD = '\u009b2J\u202eexe.txt'
const ESCAPED_FIELD = '\\x9b2J\\u202eexe.txt'

function page(status: string, body: string): string {
  return `HTTP/1.1 ${status}\r\nServer: ${HOSTILE_FIELD}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
}

test('escapes: each control character has its own, and other text stays', () => {
  assert.equal(printable(HOSTILE), ESCAPED)
  assert.equal(printable('a\tb\r\n\0\u2028', '\n\t'), 'a\tb\\x0d\n\\x00\\u2028')
  assert.equal(printable('Größe 漢字 \\x1b 🙂'), 'Größe 漢字 \\x1b 🙂')
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.ok(!obeyed(printable(text)))
      const json = printableJson({ text })
      assert.ok(!obeyed(json))
      assert.deepEqual(JSON.parse(json), { text })
    }),
    { seed: 41, numRuns: 2000 },
  )
})

test('escapes: a page keeps its lines and tabs, wherever it is cut', () => {
  const bytes = Buffer.from(`one\r\n\ttwo\rthree ${HOSTILE}\nGröße 🙂\r`)
  const expected = `one\n\ttwo\\x0dthree ${ESCAPED}\nGröße 🙂\\x0d`
  for (let size = 1; size <= bytes.length; size++) {
    const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
      bytes.subarray(index * size, (index + 1) * size),
    )
    assert.equal([...printablePage(pieces)].join(''), expected)
  }
  assert.throws(() => [...printablePage([Buffer.from('text'), Buffer.of(0x89, 0x50, 0)])], /not text.*--output/)
  assert.equal([...printablePage([Buffer.of(0xe4, 0xff)])].join(''), '\ufffd\ufffd')
})

test('modes: the status line of a hostile server', limits, async (context) => {
  const port = String(await serverOf(context, page(`200 ${HOSTILE}`, HOSTILE)))
  const { stdout, stderr, code } = await berkeley(context, 'modes', '127.0.0.1', port)
  assert.equal(code, 0, stderr)
  assert.ok(!obeyed(stdout.toString()))
  // Its bytes are taken as Latin-1.
  assert.ok(stdout.includes('HTTP/1.1 200 \\x1b]0;title\\x07\\x1b[2J'))
  const json = (await berkeley(context, 'modes', '--json', '127.0.0.1', port)).stdout.toString()
  assert.ok(!obeyed(json))
  const { exchanges } = JSON.parse(json) as { exchanges: { status: string }[] }
  assert.ok(exchanges[0]!.status.startsWith('HTTP/1.1 200 \x1b]0;title\x07'))
})

test('get: an error that quotes a hostile server', limits, async (context) => {
  const replies = [
    page(`404 ${HOSTILE}`, ''),
    `SSH-2.0 ${HOSTILE}\r\n\r\n`,
    `HTTP/1.1 200 OK\r\nContent-Length: ${HOSTILE_FIELD}\r\n\r\n`,
    `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${HOSTILE}\r\n`,
  ]
  for (const reply of replies) {
    const { stderr, code } = await berkeley(context, 'get', `http://127.0.0.1:${await serverOf(context, reply)}/`)
    assert.equal(code, 1)
    assert.match(stderr, /^berkeley: .*2J.*\n$/)
    assert.ok(!obeyed(stderr), JSON.stringify(stderr))
  }
})

test('compare: a server that replies what a terminal obeys', limits, async (context) => {
  const cases = [
    ['http', page(`500 ${HOSTILE}`, '')],
    ['echo', HOSTILE],
    ['lines', `line\n${HOSTILE}`],
  ] as const
  for (const [protocol, reply] of cases) {
    const port = String(await serverOf(context, reply))
    const args = ['compare', '127.0.0.1', port, '--protocol', protocol, '--requests', '1', '--modes', 'blocking']
    const { stdout, stderr, code } = await berkeley(context, ...args)
    assert.equal(code, 1)
    assert.match(stderr, /^berkeley: .*2J.*\n$/)
    assert.ok(!obeyed(stdout + stderr), JSON.stringify(stderr))
  }
})

test('trace: the name of a corrupt recording, and of an argument that is wrong', limits, async (context) => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, `berkeley-${HOSTILE}.trace`), 'x')
  const { stderr } = await berkeley(context, 'trace', '--from', folder, '-o', join(folder, 'x.html'))
  assert.match(stderr, /^berkeley: .*ERR_TRACE_CORRUPT.*2J.*\n$/)
  assert.ok(!obeyed(stderr), JSON.stringify(stderr))
  const wrong = await berkeley(context, 'get', `http://[${HOSTILE}`)
  assert.equal(wrong.code, 2)
  assert.ok(!obeyed(wrong.stderr), JSON.stringify(wrong.stderr))
})

test('get: a page is escaped in a terminal, and raw in a file and a pipe', {
  ...limits,
  skip: noTerminal,
}, async (context) => {
  const body = `one\n\ttwo ${HOSTILE}\n`
  const url = `http://127.0.0.1:${await serverOf(context, page('200 OK', body))}/`
  const shown = (await inTerminal(context, ['get', '-i', url])).stdout.toString()
  assert.ok(shown.includes(`Server: ${ESCAPED_FIELD}\r\n`), JSON.stringify(shown))
  assert.ok(shown.includes(`one\r\n\ttwo ${ESCAPED}\r\n`), JSON.stringify(shown))
  assert.equal((await berkeley(context, 'get', url)).stdout.toString(), body)
  const file = join(temporaryFolder(), 'page')
  await inTerminal(context, ['get', '-o', file, url])
  assert.equal(readFileSync(file, 'utf8'), body)
})

test('get: a page that is no text is refused in a terminal', { ...limits, skip: noTerminal }, async (context) => {
  const url = `http://127.0.0.1:${await serverOf(context, page('200 OK', '\x89PNG\r\n\x1a\n\0\0\0'))}/`
  const { stdout, code } = await inTerminal(context, ['get', url])
  assert.equal(code, 1)
  assert.equal(
    stdout.toString(),
    'berkeley: the response is not text: write it to a file with --output, or to a pipe\r\n',
  )
  assert.equal((await berkeley(context, 'get', url)).code, 0)
})

test('modes: the only codes in a terminal are those of colours', { ...limits, skip: noTerminal }, async (context) => {
  const port = String(await serverOf(context, page(`200 ${HOSTILE}`, '')))
  const shown = (await inTerminal(context, ['modes', '127.0.0.1', port])).stdout.toString()
  assert.ok(shown.includes('\x1b[1mblocking\x1b[22m: '), JSON.stringify(shown.slice(0, 300)))
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  const rest = shown.replaceAll(/\x1b\[(1|2|22|31|32|33|39)m/g, '').replaceAll('\r\n', '\n')
  assert.ok(!obeyed(rest), JSON.stringify(rest))
})
