// Starts of a process that imports what its variant says and makes a socket. A process reports its own processor time, so that
// ending it is not counted.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { check, operations, variant } from '../shared/measure.js'

const library = fileURLToPath(new URL('../../../../dist/package/lib/index.js', import.meta.url))
const REPORT = `
const { user, system } = process.cpuUsage()
process.stdout.write(String((user + system) / 1e6))
`
const PYTHON = 'import time, socket; socket.socket(); print(time.process_time())'
const PROGRAMS: Readonly<Record<string, string>> = {
  bare: '',
  net: "import { Socket } from 'node:net'\nnew Socket()\n",
  package: `import { Socket } from ${JSON.stringify(library)}\nnew Socket()\n`,
}

const folder = mkdtempSync(join(tmpdir(), 'berkeley-import-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
const file = join(folder, 'program.mjs')
writeFileSync(file, (PROGRAMS[variant] ?? '') + REPORT)
if (variant === 'package') check(existsSync(library), 'the package is not built')
const [program, ...args] = variant === 'python' ? ['python3', '-c', PYTHON] : [process.execPath, file]

let cpu = 0
const start = performance.now()
for (let i = 0; i < operations; i++) cpu += Number(execFileSync(program!, args))
const seconds = (performance.now() - start) / 1000
process.stdout.write(`${JSON.stringify({ seconds, operations, bytes: 0, cpu })}\n`)
