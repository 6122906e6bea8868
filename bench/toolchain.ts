// How peers are started on this machine: the C compiler, CPython, this Node, and taskset to bind a process to a core.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { copyPrograms } from './base/checkout.js'
import type { Peer } from './scenario.js'

/** The repository's root, as seen from dist/bench. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..')

const { CC = 'cc' } = process.env

/** A program and its arguments. */
export type CommandLine = readonly string[]

/** A tool is not installed. The peers that need it are skipped, with this message as the reason. */
export class MissingTool extends Error {}

/** The standard output of a program, or undefined if it cannot be run or fails. */
function outputOf(command: string, ...args: string[]): string | undefined {
  const { status, stdout } = spawnSync(command, args, { encoding: 'utf8' })
  return status === 0 ? stdout.trim() : undefined
}

export class Toolchain {
  /** First line of `cc --version`, or undefined without a compiler. */
  readonly compiler: string | undefined
  /** CPython's version. */
  readonly python: string | undefined
  readonly canBind: boolean
  readonly #interpreter: string | undefined
  readonly #folder = mkdtempSync(join(tmpdir(), 'berkeley-bench-'))
  /** What `--version` of Bun and Deno has printed. */
  readonly #versions = new Map<string, string | undefined>()
  /** By checkout: its copy of the compiled programs. */
  readonly #copies = new Map<string, string>()

  constructor() {
    process.once('exit', () => rmSync(this.#folder, { recursive: true, force: true }))
    this.compiler = outputOf(CC, '--version')?.split('\n')[0]
    // python3 may be a launcher script. Its start-up must not be part of every trial.
    const python = outputOf('python3', '-c', 'import sys; print(sys.executable); print(sys.version.split()[0])')
    ;[this.#interpreter, this.python] = python?.split('\n') ?? []
    this.canBind = outputOf('taskset', '-c', '0', process.execPath, '--version') !== undefined
  }

  /** Throws `MissingTool` unless Python has the package. */
  requirePythonPackage(name: string): void {
    if (this.pythonPackage(name) === undefined) throw new MissingTool(`${name} not found`)
  }

  /** The version of a package of Python, or undefined without it. */
  pythonPackage(name: string): string | undefined {
    const interpreter = this.#interpreter
    return interpreter && outputOf(interpreter, '-c', `import ${name}; print(${name}.__version__)`)
  }

  /** The version of Bun or Deno, or undefined without it. */
  versionOf(runtime: 'bun' | 'deno'): string | undefined {
    if (!this.#versions.has(runtime)) this.#versions.set(runtime, outputOf(runtime, '--version'))
    return this.#versions.get(runtime)?.match(/\d+\.\d+\.\d+/)?.[0]
  }

  #inRuntime(runtime: 'bun' | 'deno', program: string): CommandLine {
    if (this.versionOf(runtime) === undefined) throw new MissingTool(`${runtime} not found`)
    const file = join(this.#programs(undefined), `${program}.js`)
    return runtime === 'bun' ? ['bun', file] : ['deno', 'run', '--quiet', '--no-prompt', '--allow-all', file]
  }

  /** Throws `MissingTool` unless each of the programs can be run. */
  require(programs: readonly string[]): void {
    for (const program of programs) {
      const isThere = spawnSync(program, [program === 'openssl' ? 'version' : '--version']).error === undefined
      if (!isThere) throw new MissingTool(`${program} not found`)
    }
  }

  /** The command line that starts a program of bench/peers. Throws `MissingTool`. */
  command({ runtime, program, checkout }: Pick<Peer, 'runtime' | 'program' | 'checkout'>): CommandLine {
    if (runtime === 'c') return [this.#compile(program)]
    if (runtime === 'bun' || runtime === 'deno') return this.#inRuntime(runtime, program)
    if (runtime !== 'python') return [process.execPath, join(this.#programs(checkout), `${program}.js`)]
    if (this.#interpreter === undefined) throw new MissingTool('python3 not found')
    // The programs import bench/peers/shared/measure.py.
    const modules = `PYTHONPATH=${join(root, 'bench', 'peers', 'shared')}`
    return ['env', modules, this.#interpreter, '-B', join(root, 'bench', 'peers', `${program}.py`)]
  }

  /** The same command line bound to a core, if taskset is installed and the core exists. */
  bound(command: CommandLine, core: number | undefined): CommandLine {
    if (core === undefined || !this.canBind || core >= availableParallelism()) return command
    return ['taskset', '-c', String(core), ...command]
  }

  /**
   * The same command line with a limit of that many descriptors, which a privileged process may raise. Throws `MissingTool`
   * where the system does not allow so many.
   */
  allowed(command: CommandLine, descriptors: number): CommandLine {
    const raise = `ulimit -n ${descriptors}`
    if (outputOf('sh', '-c', `${raise} 2>/dev/null`) !== undefined)
      return ['sh', '-c', `${raise} && exec "$@"`, 'sh', ...command]
    const limit = outputOf('sh', '-c', 'ulimit -Hn') ?? 'unknown'
    throw new MissingTool(`needs ${descriptors} descriptors a process, the limit is ${limit}`)
  }

  /** The folder of a certificate for localhost and its key: cert.pem, key.pem. Throws `MissingTool`. */
  certificates(): string {
    const [cert, key] = ['cert.pem', 'key.pem'].map((name) => join(this.#folder, name)) as [string, string]
    if (existsSync(cert)) return this.#folder
    const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-noenc']
    const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
    const made = outputOf('openssl', 'req', '-x509', '-days', '30', ...kind, ...names, '-keyout', key, '-out', cert)
    if (made === undefined) throw new MissingTool('openssl not found')
    return this.#folder
  }

  /** The folder of the compiled TypeScript programs that use the library of a checkout. */
  #programs(checkout: string | undefined): string {
    const own = join(root, 'dist', 'bench', 'peers')
    if (checkout === undefined) return own
    const copied = this.#copies.get(checkout)
    if (copied !== undefined) return copied
    const target = join(this.#folder, `checkout-${this.#copies.size}`)
    copyPrograms(own, target, checkout)
    this.#copies.set(checkout, target)
    return target
  }

  #compile(program: string): string {
    const binary = join(this.#folder, program.replaceAll('/', '-'))
    if (existsSync(binary)) return binary
    if (this.compiler === undefined) throw new MissingTool(`no C compiler (tried "${CC}")`)
    const source = join(root, 'bench', 'peers', `${program}.c`)
    const usesTls = /shared\/tls\.h|"tls\.h"/.test(readFileSync(source, 'utf8'))
    const args = ['-O2', '-pthread', '-o', binary, source, ...(usesTls ? ['-lssl', '-lcrypto'] : [])]
    const { status, stderr } = spawnSync(CC, args, { encoding: 'utf8' })
    if (/openssl\/\w+\.h: No such file/.test(stderr)) throw new MissingTool('libssl-dev not found')
    if (status !== 0) throw new Error(`${source} does not compile:\n${stderr}`)
    return binary
  }
}
