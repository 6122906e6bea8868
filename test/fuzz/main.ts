// Runs a fuzz target:
//   node main.js TARGET [--minutes N | --runs N] [--seed S] [--first RUN] [--input HEX] [--guided] [--keep]
//
// With --guided, inputs that reach new code join the corpus of the run; with --keep, they are stored as well. --input runs
// one input: an input that is reported reproduces its fault.

import { mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { temporaryFolder } from '../support/folders.js'
import { readCorpus, toHex, writeCorpus } from './corpus.js'
import { FaultError, fuzz } from './engine.js'
import { targets } from './table.js'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    minutes: { type: 'string' },
    runs: { type: 'string' },
    seed: { type: 'string', default: '1' },
    first: { type: 'string', default: '0' },
    input: { type: 'string' },
    guided: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
  },
})

function fail(message: string): never {
  process.stderr.write(`${message}\n`)
  process.exit(1)
}

const target = targets.find(({ name }) => name === positionals[0])
if (target === undefined) fail(`the targets are ${targets.map(({ name }) => name).join(', ')}`)

// Unix sockets are bound to paths.
process.chdir(temporaryFolder())

if (values.input !== undefined) {
  const calls = await target.run(Uint8Array.from(Buffer.from(values.input, 'hex')))
  process.stdout.write(`${target.name}: no fault in ${calls} calls\n`)
  process.exit(0)
}

// What remains of a process that crashed: the input that it ran, in hexadecimal. It is written before each input is run,
// ends with a newline, and may be followed by the rest of a longer one.
const folder = mkdtempSync(join(tmpdir(), `berkeley-fuzz-${target.name}-`))
const current = openSync(join(folder, 'input'), 'w')
process.stdout.write(
  `${target.name}: seed ${values.seed}; after a crash, the first line of ${folder}/input is its input\n`,
)

const minutes = values.minutes === undefined ? undefined : Number(values.minutes)
const started = performance.now()
try {
  const { runs, calls, blocks, corpus } = await fuzz(target, {
    seed: Number(values.seed),
    corpus: readCorpus(target.name),
    first: Number(values.first),
    runs: Number(values.runs ?? (minutes === undefined ? 20_000 : Number.MAX_SAFE_INTEGER)),
    guided: values.guided,
    ...(minutes === undefined ? {} : { until: started + minutes * 60_000 }),
    begin: (input) => writeSync(current, `${toHex(input)}\n`, 0),
  })
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  const reached = values.guided ? `, ${blocks} blocks reached by ${corpus.length} inputs` : ''
  process.stdout.write(`${target.name}: no fault in ${runs} runs, ${calls} calls, ${seconds} s${reached}\n`)
  if (values.keep && values.guided) writeCorpus(target.name, corpus)
} catch (error) {
  if (!(error instanceof FaultError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
} finally {
  rmSync(folder, { recursive: true })
}
