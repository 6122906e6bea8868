// A program that runs to be recorded: as a child, so that whatever end it comes to, what it did is told.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { constants } from 'node:os'
import { extname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

/** Where a program leaves its recording. */
export interface RecordingPlace {
  readonly folder: string
  readonly limit: number
}

const FORWARDED = ['SIGTERM', 'SIGHUP'] as const

/**
 * Runs a script with our own input and output, and waits for its end.
 * @returns its exit status as shells tell it: 128 and the signal's number where a signal ended it
 * @throws Error where there is no such script, or this Node does not run it
 */
export async function runProgram(
  script: string,
  args: readonly string[],
  { folder, limit }: RecordingPlace,
): Promise<number> {
  const file = resolve(script)
  if (!existsSync(file)) throw new Error(`there is no script ${script}`)
  const env = { ...process.env, BERKELEY_TRACE: folder, BERKELEY_TRACE_LIMIT: String(limit) }
  const child = spawn(process.execPath, [...nodeOptionsFor(file), file, ...args], { stdio: 'inherit', env })
  // Ctrl-C at a terminal goes to the program as well: it is the program's to end or not.
  const interrupt = (): void => void (process.stdin.isTTY || child.kill('SIGINT'))
  const forward = (signal: NodeJS.Signals): void => void child.kill(signal)
  process.on('SIGINT', interrupt)
  for (const signal of FORWARDED) process.on(signal, forward)
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]
  return code ?? 128 + constants.signals[signal!]
}

/** What Node is to be told for a script of this kind. */
function nodeOptionsFor(file: string): string[] {
  if (!/^\.[cm]?ts$/.test(extname(file))) return []
  const features = process.features as { readonly typescript?: false | string }
  if (features.typescript) return []
  const [major, minor] = process.versions.node.split('.').map(Number) as [number, number]
  if (major > 22 || (major === 22 && minor >= 6)) return ['--experimental-strip-types']
  const { NODE_OPTIONS = '' } = process.env
  if (/--(import|loader|experimental-loader)\b/.test(NODE_OPTIONS)) return []
  return ['--import', loaderBeside(file)]
}

/** The package `tsx`, if the project has it. */
function loaderBeside(file: string): string {
  try {
    return pathToFileURL(createRequire(file).resolve('tsx')).href
  } catch {
    throw new Error(
      `Node ${process.versions.node} runs no TypeScript: use Node 22.6 or newer, install tsx, or compile ${file} before`,
    )
  }
}
