// Prints what importing the package and making the first socket costs over a bare start: CPU time of the process, the median
// of interleaved runs, beside node:net and the modules of dist/src. The last two lines are a thread that does nothing, and one
// that loads what a thread of serveBlocking does; the second is compared with the first.
//   node scripts/import-cost.mjs [RUNS]
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const runs = Number(process.argv[2] ?? 15)
const REPORT = `
const { user, system } = process.cpuUsage()
process.stdout.write(String((user + system) / 1000))
`
const firstSocket = (path) => `import { Socket } from ${JSON.stringify(join(root, path))}\nnew Socket()\n`
const inThread = (program) => `import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
await once(new Worker(${JSON.stringify(program)}, { eval: true }), 'exit')
`
const PROGRAMS = {
  'bare start': '',
  'node:net': "import { Socket } from 'node:net'\nnew Socket()\n",
  package: firstSocket('dist/package/lib/index.js'),
  'dist/src': firstSocket('dist/src/index.js'),
  'bare thread': inThread(''),
  'package thread': inThread(
    `import(${JSON.stringify(join(root, 'dist/package/lib/index.js'))}).then(({ Selector, Socket }) => {
      new Socket()
      new Selector()
    })`,
  ),
}
/** What a line is compared with, if not a bare start. */
const BASES = { 'package thread': 'bare thread' }

const folder = mkdtempSync(join(tmpdir(), 'berkeley-import-'))
const times = Object.fromEntries(Object.keys(PROGRAMS).map((name) => [name, []]))
try {
  for (const [name, program] of Object.entries(PROGRAMS))
    writeFileSync(join(folder, `${name.replace(/\W/g, '-')}.mjs`), program + REPORT)
  for (let count = 0; count < runs; count++) {
    for (const name of Object.keys(PROGRAMS)) {
      times[name].push(Number(execFileSync(process.execPath, [join(folder, `${name.replace(/\W/g, '-')}.mjs`)])))
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]
for (const [name, values] of Object.entries(times)) {
  const cpu = median(values)
  const base = median(times[BASES[name] ?? 'bare start'])
  process.stdout.write(`${name.padEnd(14)} ${cpu.toFixed(1).padStart(6)} ms  +${(cpu - base).toFixed(1)}\n`)
}
