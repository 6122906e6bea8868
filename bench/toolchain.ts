// How peers are started here: the C compiler, CPython, this Node, and taskset to bind them to a core.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Runtime } from './scenario.js'

/** The repository's root, seen from dist/bench. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..')

const { CC = 'cc' } = process.env

/** A program and its first arguments. */
export type Command = readonly string[]

/** A tool is not here: what needs it is left out, with this reason. */
export class Missing extends Error {}

/** A tool's own words, or undefined where it cannot be run. */
function ask(command: string, ...args: string[]): string | undefined {
  const { status, stdout } = spawnSync(command, args, { encoding: 'utf8' })
  return status === 0 ? stdout.trim() : undefined
}

export class Toolchain {
  /** First line of `cc --version`; undefined: no compiler. */
  readonly compiler: string | undefined
  /** CPython's version. */
  readonly python: string | undefined
  readonly canBind: boolean
  readonly #interpreter: string | undefined
  readonly #folder = mkdtempSync(join(tmpdir(), 'berkeley-bench-'))

  constructor() {
    process.once('exit', () => rmSync(this.#folder, { recursive: true, force: true }))
    this.compiler = ask(CC, '--version')?.split('\n')[0]
    // Where python3 is a launcher script, its own start must not be part of every trial.
    const python = ask('python3', '-c', 'import sys; print(sys.executable); print(sys.version.split()[0])')
    ;[this.#interpreter, this.python] = python?.split('\n') ?? []
    this.canBind = ask('taskset', '-c', '0', process.execPath, '--version') !== undefined
  }

  /** The command that starts a program of bench/peers. Throws `Missing`. */
  command(runtime: Runtime, program: string): Command {
    if (runtime === 'c') return [this.#compile(program)]
    if (runtime === 'node') return [process.execPath, join(root, 'dist', 'bench', 'peers', `${program}.js`)]
    if (this.#interpreter === undefined) throw new Missing('python3 not found')
    // The programs import bench/peers/shared/measure.py.
    const shared = `PYTHONPATH=${join(root, 'bench', 'peers', 'shared')}`
    return ['env', shared, this.#interpreter, '-B', join(root, 'bench', 'peers', `${program}.py`)]
  }

  /** The same command bound to a core, where there are taskset and that core. */
  bound(command: Command, core: number | undefined): Command {
    if (core === undefined || !this.canBind || core >= availableParallelism()) return command
    return ['taskset', '-c', String(core), ...command]
  }

  #compile(program: string): string {
    const binary = join(this.#folder, program.replaceAll('/', '-'))
    if (existsSync(binary)) return binary
    if (this.compiler === undefined) throw new Missing(`no C compiler (tried "${CC}")`)
    const source = join(root, 'bench', 'peers', `${program}.c`)
    const { status, stderr } = spawnSync(CC, ['-O2', '-o', binary, source], { encoding: 'utf8' })
    if (status !== 0) throw new Error(`${source} does not compile:\n${stderr}`)
    return binary
  }
}
