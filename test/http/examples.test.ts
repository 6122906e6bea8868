// The example program of fetchSync, as a process of its own.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { run, succeeds } from '../support/child.js'
import { temporaryFolder } from '../support/folders.js'
import { startHttpServer } from '../support/http.js'

const limits = { timeout: 60_000 }

test('download: writes a page into a file, and fails for an error', limits, async (context) => {
  const site = await startHttpServer(context)
  const path = join(temporaryFolder(), 'file')
  const from = `${site}/redirect/?status=302&to=/blocks/3000000`
  const printed = await succeeds(context, 'examples/download.js', [from, path])
  assert.equal(printed, `3000000 bytes of ${site}/blocks/3000000 are in ${path}\n`)
  assert.equal(readFileSync(path).length, 3_000_000)
  const { code, stderr } = await run(context, 'examples/download.js', [`${site}/missing`, path])
  assert.equal(code, 1)
  assert.match(stderr, /the server replied 404 Not Found/)
})
