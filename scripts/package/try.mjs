// Uses the installed package in every way to wait, on the main thread and in a worker, as test/fixtures/package/every-way.ts
// says.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The lines that the program prints: eight ways on each thread, and `serveBlocking`. */
const WAYS = 17
const DEADLINE_MS = 300_000

/**
 * Runs a program to its end, or to the deadline.
 * @returns its status or signal, whether the deadline ended it, and its output
 */
export async function run(command, options, deadlineMs = DEADLINE_MS) {
  const child = spawn(command[0], command.slice(1), { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
  let isLate = false
  const timer = setTimeout(() => {
    isLate = true
    child.kill('SIGKILL')
  }, deadlineMs)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text
    })
  }
  const [code, signal] = await once(child, 'close')
  clearTimeout(timer)
  return { code, signal, isLate, output }
}

/**
 * @param project a folder with the package in node_modules
 * @param program every-way.ts, compiled
 * @param command the command line of a runtime
 * @returns whether every way works; otherwise the output is printed
 */
export async function tryPackage(project, program, command, env) {
  copyFileSync(program, join(project, 'every-way.mjs'))
  writeFileSync(join(project, 'handler.mjs'), 'export default (socket) => { socket.sendAll(socket.recv(10)) }\n')
  writeFileSync(join(project, 'package.json'), '{ "type": "module", "dependencies": { "berkeley": "*" } }\n')
  const { code, signal, output } = await run([...command, 'every-way.mjs'], { cwd: project, env })
  const lines = output.split('\n').filter((line) => /^(main thread|worker): /.test(line))
  const passed = code === 0 && lines.length === WAYS
  process.stdout.write(`package  ${passed ? 'passed' : `FAILED (${signal ?? code})\n${output}`}\n`)
  return passed
}
