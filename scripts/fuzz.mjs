// Runs a fuzz target of test/fuzz/, built already:
//   node scripts/fuzz.mjs TARGET [--asan] [--minutes N | --runs N] [--seed S] [--input HEX] [--guided] [--keep]
// --asan takes the addon that is built with AddressSanitizer and UBSan, where native code is fuzzed. The targets `sockaddr`
// and `control` are C++, for libFuzzer, and need clang.
import { spawnSync } from 'node:child_process'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { fuzzNative, isNativeTarget } from './fuzz-native.mjs'
import { sanitized } from './sanitizers.mjs'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const words = process.argv.slice(2)
const args = words.filter((word) => word !== '--asan')

if (isNativeTarget(args[0])) process.exit(fuzzNative(args[0], args.slice(1)))

const env = words.includes('--asan') ? sanitized('asan', { ...process.env }) : process.env
const run = spawnSync(process.execPath, [join(root, 'dist', 'test', 'fuzz', 'main.js'), ...args], {
  stdio: 'inherit',
  env,
})
if (run.signal !== null) process.stderr.write(`berkeley: ${args[0]} was ended by ${run.signal}\n`)
process.exit(run.status ?? 1)
