// Programs that tests start: what they print, how they end, and that they do end.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'

/** How a program ended. */
export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: Buffer
  readonly stderr: string
}

/** How to start a program. */
export interface Start {
  /** Added to the environment. */
  readonly env?: NodeJS.ProcessEnv
  /** Descriptors that it gets as 3, 4, ... */
  readonly descriptors?: readonly number[]
  /** The folder it runs in; this process's unless given. */
  readonly cwd?: string
  /** All that its standard input has, or that it stays open and has nothing; it is at its end unless given. */
  readonly input?: Buffer | 'open'
  /** The signal that ends it, if it has children of its own to end; SIGKILL unless given. */
  readonly endBy?: NodeJS.Signals
}

/** A running program. It is ended, by its own id, when the test is over. */
export class Child {
  readonly #process: ChildProcess
  readonly #endBy: NodeJS.Signals
  readonly #stdout: Buffer[] = []
  #stderr = ''
  #closed = false

  /** Starts `command`; a name that ends in `.js` is a compiled program of this package, relative to dist/. */
  constructor(context: TestContext, command: string, args: readonly string[], start: Start = {}) {
    const own = command.endsWith('.js')
    const file = own ? fileURLToPath(new URL(`../../${command}`, import.meta.url)) : command
    const words = own ? [file, ...args] : args
    this.#process = spawn(own ? process.execPath : file, words, {
      stdio: [start.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe', ...(start.descriptors ?? [])],
      cwd: start.cwd,
      // What is preloaded into this process, a sanitizer for instance, is no matter of other people's programs.
      env: { ...process.env, ...(own ? {} : { LD_PRELOAD: '' }), ...start.env },
    })
    this.#endBy = start.endBy ?? 'SIGKILL'
    // It may end without having read it all.
    this.#process.stdin?.on('error', () => {})
    if (start.input !== 'open') this.#process.stdin?.end(start.input)
    this.#process.stdout!.on('data', (bytes: Buffer) => this.#stdout.push(bytes))
    this.#process.stderr!.on('data', (bytes: Buffer) => {
      this.#stderr += bytes.toString()
    })
    this.#process.once('close', () => {
      this.#closed = true
    })
    context.after(() => this.stop())
  }

  /** Waits for its end. */
  async ended(): Promise<Ended> {
    if (!this.#closed) await once(this.#process, 'close')
    const { exitCode: code, signalCode: signal } = this.#process
    return { code, signal, stdout: Buffer.concat(this.#stdout), stderr: this.#stderr }
  }

  /** Waits until it has printed something that matches; throws if it ends without. */
  prints(pattern: RegExp): Promise<RegExpExecArray> {
    return this.#says(pattern, () => Buffer.concat(this.#stdout).toString())
  }

  /** The same on its standard error. */
  complains(pattern: RegExp): Promise<RegExpExecArray> {
    return this.#says(pattern, () => this.#stderr)
  }

  async #says(pattern: RegExp, text: () => string): Promise<RegExpExecArray> {
    const { stdout, stderr } = this.#process
    for (;;) {
      const match = pattern.exec(text())
      if (match !== null) return match
      if (this.#closed) throw new Error(`it ended and did not print ${pattern}: ${this.#stderr}`)
      await Promise.race([once(stdout!, 'data'), once(stderr!, 'data'), once(this.#process, 'close')])
    }
  }

  signal(name: NodeJS.Signals): void {
    this.#process.kill(name)
  }

  /** No longer reads what it prints, as `head` does when it has seen enough. */
  stopReading(): void {
    this.#process.stdout!.destroy()
  }

  /** Ends it, if it still runs, and waits until it is gone. */
  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return
    const gone = once(this.#process, 'exit')
    this.#process.kill(this.#endBy)
    await gone
  }
}

/** Runs a program to its end. */
export function run(
  context: TestContext,
  command: string,
  args: readonly string[] = [],
  start: Start = {},
): Promise<Ended> {
  return new Child(context, command, args, start).ended()
}
