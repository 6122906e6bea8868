// Programs of test/fixtures that run in a process of their own.

import { type ChildProcess, type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** The compiled program `name` of test/fixtures. */
export function fixture(name: string): string {
  return fileURLToPath(new URL(`../fixtures/${name}.js`, import.meta.url))
}

export interface ProgramOptions {
  readonly env?: NodeJS.ProcessEnv
  /** A command line in front of node's: `['unshare', '-n']`. */
  readonly prefix?: readonly string[]
  /** Options for node itself. */
  readonly execArgv?: readonly string[]
  /** The folder that it runs in; this process's if left out. */
  readonly cwd?: string
}

const PATIENCE = 60_000

function commandLine(name: string, args: readonly string[], options: ProgramOptions): [string, string[]] {
  const words = [...(options.prefix ?? []), process.execPath, ...(options.execArgv ?? []), fixture(name), ...args]
  return [words[0]!, words.slice(1)]
}

/** Runs a program to its end. */
export function runProgram(
  name: string,
  args: readonly string[] = [],
  options: ProgramOptions = {},
): SpawnSyncReturns<string> {
  const [command, words] = commandLine(name, args, options)
  const { env, cwd } = options
  return spawnSync(command, words, { encoding: 'utf8', env, cwd, timeout: PATIENCE, killSignal: 'SIGKILL' })
}

/** What a program that has ended left behind. */
export interface Ending {
  readonly status: number | null
  readonly signal: NodeJS.Signals | null
  readonly stderr: string
  /** When it ended, on the clock of `process.hrtime.bigint()`, which is the same for all processes. */
  readonly at: bigint
}

/** A running program that tells, a line at a time, how it goes; killed at the end of a `using` block. */
export interface RunningProgram extends Disposable {
  readonly child: ChildProcess
  /** The next line it writes; undefined at its end. */
  line(): Promise<string | undefined>
  readonly ended: Promise<Ending>
}

/** Starts a program. */
export function startProgram(name: string, args: readonly string[] = [], options: ProgramOptions = {}): RunningProgram {
  const [command, words] = commandLine(name, args, options)
  const child = spawn(command, words, { env: options.env, stdio: ['pipe', 'pipe', 'pipe'], timeout: PATIENCE })
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  const ended = new Promise<Ending>((resolve, reject) => {
    let at = 0n
    child.on('error', reject)
    child.on('exit', () => {
      at = process.hrtime.bigint()
    })
    child.on('close', (status, signal) => resolve({ status, signal, stderr, at }))
  })
  const kill = (): void => void child.kill('SIGKILL')
  return { child, line: async () => (await lines.next()).value, ended, [Symbol.dispose]: kill }
}

/** A child's environment with these variables besides ours. */
export function environment(variables: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...process.env, ...variables }
}
