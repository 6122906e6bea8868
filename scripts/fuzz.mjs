// Runs a fuzz target of test/fuzz/, built already:
//   node scripts/fuzz.mjs TARGET [--asan] [--minutes N | --runs N] [--seed S] [--input HEX] [--guided] [--keep]
// --asan takes the addon that is built with AddressSanitizer and UBSan, where native code is fuzzed. The target `sockaddr`
// is C++, for libFuzzer, and needs clang.
import { spawnSync } from 'node:child_process'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { fuzzSockaddr } from './fuzz-sockaddr.mjs'
import { sanitized } from './sanitizers.mjs'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const words = process.argv.slice(2)
const args = words.filter((word) => word !== '--asan')

if (args[0] === 'sockaddr') process.exit(fuzzSockaddr(args.slice(1)))

const env = words.includes('--asan') ? sanitized('asan', { ...process.env }) : process.env
const run = spawnSync(process.execPath, [join(root, 'dist', 'test', 'fuzz', 'main.js'), ...args], {
  stdio: 'inherit',
  env,
})
if (run.signal !== null) process.stderr.write(`berkeley: ${args[0]} was ended by ${run.signal}\n`)
process.exit(run.status ?? 1)
