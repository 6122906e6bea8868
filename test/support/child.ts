// Programs that tests run as processes of their own: to the end, or talked to while they run.
import assert from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { deferred } from './promises.js'

const DIST = fileURLToPath(new URL('../../', import.meta.url))

/** A program that still runs after this time is killed, so that no test waits for ever. */
const DEADLINE_MS = 180_000

/** How to start a program. */
export interface Start {
  /** Variables added to this process's environment; one that is undefined is removed from it. */
  readonly env?: NodeJS.ProcessEnv
  /** A command line in front of the program's own: `['unshare', '--net']`. */
  readonly prefix?: readonly string[]
  /** Options for node itself. */
  readonly execArgv?: readonly string[]
  /** Descriptors that the program inherits as 3, 4, ... */
  readonly descriptors?: readonly number[]
  /** The folder that it runs in; by default this process's. */
  readonly cwd?: string
  /** Its standard input: these bytes, a descriptor, or one that stays open and empty. By default it is at its end. */
  readonly input?: Buffer | number | 'open'
  /** The signal that ends it; SIGKILL by default. A program with children of its own needs another. */
  readonly endBy?: NodeJS.Signals
}

/** For a foreign program that starts Node: the libraries that the addon needs, such as a sanitizer. */
export const addonPreload: NodeJS.ProcessEnv = { LD_PRELOAD: process.env['LD_PRELOAD'] ?? '' }

/** How a program ended. */
export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: Buffer
  readonly stderr: string
  /** When it ended, on the clock of `process.hrtime.bigint()`, which is the same for all processes. */
  readonly at: bigint
}

/** The compiled program `name` of test/fixtures: `fixture('trace/ten-calls')`. */
export function fixture(name: string): string {
  return resolve(DIST, 'test', 'fixtures', `${name}.js`)
}

/** A running program. It is ended, by its own id, when the test is over. */
export class Child {
  readonly #process: ChildProcess
  readonly #endBy: NodeJS.Signals
  readonly #stdout: Buffer[] = []
  #stderr = ''
  #linesRead = 0
  #closed = false
  #endedAt = 0n
  #change = deferred()

  /** Starts `program`; a name that ends in `.js` is a compiled file of this package, relative to dist/. */
  constructor(context: TestContext, program: string, args: readonly string[] = [], start: Start = {}) {
    const own = program.endsWith('.js')
    const node = [process.execPath, ...(start.execArgv ?? []), resolve(DIST, program)]
    const [command, ...words] = [...(start.prefix ?? []), ...(own ? node : [program]), ...args]
    const { input } = start
    const stdin = typeof input === 'number' ? input : input === undefined ? 'ignore' : 'pipe'
    this.#process = spawn(command!, words, {
      stdio: [stdin, 'pipe', 'pipe', ...(start.descriptors ?? [])],
      cwd: start.cwd,
      // Libraries preloaded into this process, such as a sanitizer, are not meant for foreign programs.
      env: { ...process.env, ...(own ? {} : { LD_PRELOAD: '' }), ...start.env },
    })
    this.#endBy = start.endBy ?? 'SIGKILL'
    if (typeof input !== 'number') this.#feed(input)
    this.#listen()
    context.after(() => this.stop())
  }

  #feed(input: Buffer | 'open' | undefined): void {
    // The program may end before it has read everything.
    this.#process.stdin?.on('error', () => {})
    if (input !== 'open') this.#process.stdin?.end(input)
  }

  #listen(): void {
    const deadline = setTimeout(() => {
      this.#stderr += `killed after ${DEADLINE_MS} ms`
      this.#process.kill('SIGKILL')
    }, DEADLINE_MS)
    this.#process.stdout!.on('data', (bytes: Buffer) => {
      this.#stdout.push(bytes)
      this.#changed()
    })
    this.#process.stderr!.on('data', (bytes: Buffer) => {
      this.#stderr += bytes.toString()
      this.#changed()
    })
    this.#process.on('error', (error) => {
      this.#stderr += error.message
    })
    this.#process.once('exit', () => {
      this.#endedAt = process.hrtime.bigint()
      clearTimeout(deadline)
    })
    this.#process.once('close', () => {
      clearTimeout(deadline)
      this.#closed = true
      this.#changed()
    })
  }

  #changed(): void {
    const { resolve } = this.#change
    this.#change = deferred()
    resolve()
  }

  /** The process id. */
  get pid(): number {
    return this.#process.pid!
  }

  /** Waits for the program's end. */
  async ended(): Promise<Ended> {
    while (!this.#closed) await this.#change.promise
    const { exitCode: code, signalCode: signal } = this.#process
    return { code, signal, stdout: Buffer.concat(this.#stdout), stderr: this.#stderr, at: this.#endedAt }
  }

  /** Waits until its standard output matches; throws if the program ends first. */
  prints(pattern: RegExp): Promise<RegExpExecArray> {
    return this.#matches(pattern, () => this.#output())
  }

  /** Waits until its standard error matches; throws if the program ends first. */
  complains(pattern: RegExp): Promise<RegExpExecArray> {
    return this.#matches(pattern, () => this.#stderr)
  }

  async #matches(pattern: RegExp, text: () => string): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(text())
      if (match !== null) return match
      if (this.#closed) throw new Error(`it ended and did not print ${pattern}: ${this.#stderr}`)
      await this.#change.promise
    }
  }

  /** The next line of its standard output; throws if the program ends first. */
  async line(): Promise<string> {
    for (;;) {
      const lines = this.#output().split('\n')
      if (this.#linesRead < lines.length - 1) return lines[this.#linesRead++]!
      if (this.#closed) throw new Error(`it ended and printed no other line: ${this.#stderr}`)
      await this.#change.promise
    }
  }

  #output(): string {
    return Buffer.concat(this.#stdout).toString()
  }

  /** Sends the program a signal. Deno's ChildProcess.kill would report that the signal ended it, whether or not it did. */
  signal(name: NodeJS.Signals): void {
    if (this.#process.exitCode === null && this.#process.signalCode === null) process.kill(this.pid, name)
  }

  /** Closes our end of its standard output, as `head` does when it has seen enough. */
  stopReading(): void {
    this.#process.stdout!.destroy()
  }

  /** Ends the program if it still runs, and waits until it is gone. */
  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return
    const gone = once(this.#process, 'exit')
    this.signal(this.#endBy)
    await gone
  }
}

/** Runs a program to its end. */
export function run(
  context: TestContext,
  program: string,
  args: readonly string[] = [],
  start: Start = {},
): Promise<Ended> {
  return new Child(context, program, args, start).ended()
}

/** Runs a program, which must end with status 0, and returns its standard output. */
export async function succeeds(
  context: TestContext,
  program: string,
  args: readonly string[] = [],
  start: Start = {},
): Promise<string> {
  const { code, signal, stdout, stderr } = await run(context, program, args, start)
  assert.deepEqual([code, signal], [0, null], [program, ...args, '\n', stderr, stdout].join(' '))
  return stdout.toString()
}

/** Why a command fails on this machine, as `skip` takes it; false where it succeeds. Blocks. */
export function failureOf(command: string, args: readonly string[] = []): string | false {
  const { status, error, stderr } = spawnSync(command, args, { encoding: 'utf8' })
  if (status === 0) return false
  return error?.message ?? `${command} failed: ${stderr}`
}
