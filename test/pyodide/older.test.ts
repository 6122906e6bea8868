// The version of Pyodide before the newest, whose program is made in another way.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { loadPyodideWithSockets } from 'berkeley/pyodide'
import { root } from '../support/folders.js'
import { startPython } from '../support/python-wasm.js'

const folder = join(root, 'node_modules/pyodide-0.29/')

test('versions: sockets, options and asyncio work in Pyodide 0.29', { timeout: 180_000 }, async () => {
  const python = await startPython({ config: { indexURL: folder } })
  after(() => python.close())
  assert.match(python.pyodide.version, /^0\.29\./)
  python.run(`
import asyncio, select, socket, urllib.request
s = socket.create_connection(('127.0.0.1', echo))
s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
assert s.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) == 1
s.sendall(b'hello')
assert select.select([s], [], [], 10) == ([s], [], [])
s.shutdown(socket.SHUT_WR)
assert s.makefile('rb').read() == b'hello'
assert len(urllib.request.urlopen(f'http://127.0.0.1:{http}/').read()) == 100_000

async def main():
    reader, writer = await asyncio.open_connection('127.0.0.1', echo)
    writer.write(b'line\\n')
    assert await reader.readline() == b'line\\n'
    writer.close()

asyncio.run(main())
`)
})

test('arguments: what is wrong is refused before anything is loaded', async () => {
  const refused = async (options: object, code: string): Promise<void> => {
    await assert.rejects(loadPyodideWithSockets(options as never), { code })
  }
  await refused({ signal: ['SIGINT'] }, 'ERR_INVALID_ARG_VALUE')
  await refused({ signals: 'SIGINT' }, 'ERR_INVALID_ARG_TYPE')
  await refused({ signals: ['SIGNONE'] }, 'ERR_INVALID_ARG_VALUE')
  await refused({ config: 7 }, 'ERR_INVALID_ARG_TYPE')
  await refused({ loadPyodide: 7 }, 'ERR_INVALID_ARG_TYPE')
  await refused({ config: { indexURL: join(root, 'docs') } }, 'ERR_PYODIDE_NOT_FOUND')
})
