// The program that is recorded. It runs in a child process, so that its recording can be read however it ends.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { constants } from 'node:os'
import { extname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

/** The settings of a recording: its folder, and the number of calls of each thread that are kept. */
export interface RecordingSettings {
  readonly folder: string
  readonly callLimit: number
}

const FORWARDED_SIGNALS = ['SIGTERM', 'SIGHUP'] as const

/**
 * Runs a script with this process's input and output, and waits for its end.
 * @returns its exit status in the form of a shell: 128 plus the signal's number if a signal ended it
 * @throws Error if there is no such script, or this version of Node does not run it
 */
export async function runProgram(
  script: string,
  args: readonly string[],
  { folder, callLimit }: RecordingSettings,
): Promise<number> {
  const file = resolve(script)
  if (!existsSync(file)) throw new Error(`there is no script ${script}`)
  const env = { ...process.env, BERKELEY_TRACE: folder, BERKELEY_TRACE_LIMIT: String(callLimit) }
  const child = spawn(process.execPath, [...nodeOptionsFor(file), file, ...args], { stdio: 'inherit', env })
  // A terminal sends Ctrl-C to the program as well, and the program decides whether it ends.
  const onInterrupt = (): void => void (process.stdin.isTTY || child.kill('SIGINT'))
  const forward = (signal: NodeJS.Signals): void => void child.kill(signal)
  process.on('SIGINT', onInterrupt)
  for (const signal of FORWARDED_SIGNALS) process.on(signal, forward)
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]
  return code ?? 128 + constants.signals[signal!]
}

/** The options that Node needs for a script of this kind. */
function nodeOptionsFor(file: string): string[] {
  if (!/^\.[cm]?ts$/.test(extname(file))) return []
  const features = process.features as { readonly typescript?: false | string }
  if (features.typescript) return []
  const [major, minor] = process.versions.node.split('.').map(Number) as [number, number]
  if (major > 22 || (major === 22 && minor >= 6)) return ['--experimental-strip-types']
  const { NODE_OPTIONS = '' } = process.env
  if (/--(import|loader|experimental-loader)\b/.test(NODE_OPTIONS)) return []
  return ['--import', tsxBeside(file)]
}

/** The loader of the package `tsx`, if the script's project has it. */
function tsxBeside(file: string): string {
  try {
    return pathToFileURL(createRequire(file).resolve('tsx')).href
  } catch {
    throw new Error(
      `Node ${process.versions.node} does not run TypeScript: use Node 22.6 or newer, install tsx, or compile ${file}`,
    )
  }
}
