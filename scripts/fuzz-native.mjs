// Builds a C++ target of test/fuzz/ with libFuzzer, AddressSanitizer and UBSan, and runs it.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const native = join(root, 'native')
const folder = join(native, 'build', 'fuzz')

/** The sources of the addon that each target is compiled with. */
const SOURCES = {
  sockaddr: ['platform/sockaddr.cc', 'platform/inet.cc', 'platform/layouts.cc', 'platform/unix.cc'],
  control: [],
}

function fail(message) {
  process.stderr.write(`berkeley: ${message}\n`)
  process.exit(1)
}

/** Writes the stored inputs where libFuzzer reads them: a file for each. */
function writeCorpus(name) {
  const corpus = join(folder, name, 'corpus')
  mkdirSync(corpus, { recursive: true })
  const inputs = readFileSync(join(root, 'test', 'fuzz', 'corpus', `${name}.txt`), 'utf8')
    .split('\n')
    .filter(Boolean)
  for (const [index, hex] of inputs.entries()) writeFileSync(join(corpus, `stored-${index}`), Buffer.from(hex, 'hex'))
}

function build(name, program) {
  const sources = SOURCES[name].map((file) => join(native, file))
  const flags = ['-std=c++17', '-O1', '-g', '-fsanitize=fuzzer,address,undefined', '-fno-sanitize-recover=undefined']
  const all = [...flags, `-I${native}`, join(root, 'test', 'fuzz', `${name}.cc`), ...sources, '-o', program]
  const built = spawnSync('clang++', all, { encoding: 'utf8' })
  if (built.error) fail(`the target ${name} needs clang++ with libFuzzer: apt-get install clang`)
  if (built.status !== 0) fail(`clang++ failed:\n${built.stderr}`)
}

/** Whether a target is one of these. */
export const isNativeTarget = (name) => Object.hasOwn(SOURCES, name)

/** Runs a target for `--minutes N` or `--runs N`, with `--seed S`. Returns its exit status. */
export function fuzzNative(name, args) {
  const { values } = parseArgs({
    args,
    options: { minutes: { type: 'string' }, runs: { type: 'string' }, seed: { type: 'string', default: '1' } },
  })
  writeCorpus(name)
  const program = join(folder, name, 'fuzz')
  build(name, program)
  const limit = values.minutes
    ? `-max_total_time=${Math.ceil(values.minutes * 60)}`
    : `-runs=${values.runs ?? 1_000_000}`
  const options = [limit, `-seed=${values.seed}`, '-max_len=320', '-print_final_stats=1', '-verbosity=0']
  const run = spawnSync(program, [join(folder, name, 'corpus'), ...options], {
    stdio: 'inherit',
    cwd: join(folder, name),
  })
  return run.status ?? 1
}
