// The environment that results depend on: the machine, its kernel and the versions of the programs.
import { readFileSync } from 'node:fs'
import { cpus, loadavg, release, totalmem, type } from 'node:os'
import { join } from 'node:path'
import { root, type Toolchain } from './toolchain.js'

export interface Machine {
  readonly date: string
  readonly cpu: string
  readonly cores: number
  readonly memoryGiB: number
  readonly kernel: string
  readonly node: string
  readonly compiler: string | null
  readonly python: string | null
  readonly uvloop: string | null
  readonly bun: string | null
  readonly deno: string | null
  readonly berkeley: string
  /** Load average of the minute before the run. Well above 0, other processes have disturbed the results. */
  readonly load: number
  /** Whether processes can be bound to a core. */
  readonly bound: boolean
}

/** Describes this machine and the tools of this run. */
export function describeMachine(tools: Toolchain): Machine {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  return {
    date: new Date().toISOString(),
    cpu: cpus()[0]?.model ?? process.arch,
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: `${type()} ${release()} ${process.arch}`,
    node: process.versions.node,
    compiler: tools.compiler ?? null,
    python: tools.python ?? null,
    uvloop: tools.pythonPackage('uvloop') ?? null,
    bun: tools.versionOf('bun') ?? null,
    deno: tools.versionOf('deno') ?? null,
    berkeley: manifest.version,
    load: loadavg()[0] ?? 0,
    bound: tools.canBind,
  }
}
