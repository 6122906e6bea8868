// `berkeley python`: a program with its output, its exit status and Ctrl-C.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { test } from 'node:test'
import { Child, run } from '../support/child.js'
import { root, temporaryFolder } from '../support/folders.js'

const limits = { timeout: 120_000 }
const example = (name: string): string => join(root, 'examples/python', name)

test('python: a server serves until Ctrl-C, which is KeyboardInterrupt', limits, async (context) => {
  const child = new Child(context, 'src/cli/main.js', ['python', example('echo_server.py'), '0'])
  const [, port] = await child.prints(/port: (\d+)/)
  const client = connect(Number(port), '127.0.0.1')
  client.end('a line\nand another\n')
  assert.equal(String(await buffer(client)), 'a line\nand another\n')
  child.signal('SIGINT')
  const { code, stdout } = await child.ended()
  assert.deepEqual([code, String(stdout).split('\n').slice(1)], [0, ['stopped', '']])
})

test('python: the arguments, the files beside the program, its input and its exit status', limits, async (context) => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'beside.py'), 'name = "beside"')
  writeFileSync(
    join(folder, 'program.py'),
    `import beside, os, sys
print(beside.name, sys.argv[1:], sys.stdin.read(), os.path.exists(__file__))
print('problem', file=sys.stderr)
sys.exit(7)
`,
  )
  const args = ['python', join(folder, 'program.py'), '--flag', 'word']
  const { code, stdout, stderr } = await run(context, 'src/cli/main.js', args, { input: Buffer.from('input') })
  assert.deepEqual([code, String(stdout), stderr], [7, "beside ['--flag', 'word'] input True\n", 'problem\n'])
})

test('python: what cannot run is one line', limits, async (context) => {
  const { code, stderr } = await run(context, 'src/cli/main.js', ['python', 'no-such-file.py'])
  assert.deepEqual([code, stderr], [1, 'berkeley: there is no file no-such-file.py\n'])
  const missing = await run(context, 'src/cli/main.js', ['python', '--pyodide', root, example('echo_server.py'), '0'])
  assert.equal(missing.code, 1)
  assert.match(missing.stderr, /^berkeley: there is no pyodide\.mjs in .*\n$/)
})
