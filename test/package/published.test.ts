// The packed package by the checks that users of npm know: publint reads the manifest, and "are the types wrong" resolves the
// declarations as each kind of project does.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { packageFolder, temporaryFolder } from '../support/folders.js'

const limits = { timeout: 180_000 }
const folder = temporaryFolder()
let tarball: Buffer

before(() => {
  // Libraries preloaded into this process, such as a sanitizer, are not meant for npm.
  const env = { ...process.env, LD_PRELOAD: '' }
  const { stdout, stderr } = spawnSync('npm', ['pack', '--silent', packageFolder], {
    cwd: folder,
    env,
    encoding: 'utf8',
  })
  assert.notEqual(stdout.trim(), '', stderr)
  tarball = readFileSync(join(folder, stdout.trim()))
})

test('published package: publint finds nothing', limits, async () => {
  const data = tarball.buffer.slice(tarball.byteOffset, tarball.byteOffset + tarball.length) as ArrayBuffer
  const { messages, pkg } = await publint({ pack: { tarball: data }, strict: true })
  assert.deepEqual(
    messages.map((message) => formatMessage(message, pkg, { color: false })),
    [],
  )
})

test('published package: its types resolve in every kind of project', limits, async () => {
  const result = await checkPackage(createPackageFromTarballData(tarball))
  assert.ok(result.types !== false)
  // The package is ESM only: require() of it works on Node 20.19, 22.12 and newer, and is an error before.
  const problems = result.problems.filter(({ kind }) => kind !== 'CJSResolvesToESM')
  assert.deepEqual(problems, [])
})
