// The example program of AF_ALG, compared with sha256sum. `npm run test:families` runs it where this kernel lacks AF_ALG.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { AF_ALG, SOCK_SEQPACKET } from 'berkeley'
import { succeeds } from '../support/child.js'
import { needs } from '../support/debian.js'
import { socketMissing } from '../support/families.js'
import { temporaryFolder } from '../support/folders.js'

test('hash: prints what sha256sum prints', {
  timeout: 180_000,
  skip: socketMissing(AF_ALG, SOCK_SEQPACKET) || needs('sha256sum', 'coreutils').skip,
}, async (context) => {
  const file = join(temporaryFolder(), 'file')
  for (const length of [0, 300_000]) {
    writeFileSync(file, Buffer.alloc(length, 'content'))
    const ours = await succeeds(context, 'examples/hash.js', ['sha256', file])
    assert.equal(ours, await succeeds(context, 'sha256sum', [file]))
  }
})
