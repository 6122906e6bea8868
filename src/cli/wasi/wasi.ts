// Runs a WASI program on this thread, which it blocks: a signal ends the process, as it does without JavaScript.

import { readFileSync } from 'node:fs'
import { createServer } from '../../index.js'
import { SocketWasi } from '../../wasi/index.js'
import { printNotice } from '../terminal/output.js'

export interface WasiCommandOptions {
  readonly listen?: readonly { readonly host: string; readonly port: number }[]
  readonly dir?: readonly string[]
}

/**
 * Runs a program to its end.
 * @returns its exit status
 * @throws Error if there is no such file, or it is no program
 */
export function runWasi(file: string, args: readonly string[], { listen = [], dir = [] }: WasiCommandOptions): number {
  const bytes = readFileSync(file)
  const listeners = listen.map((address) => createServer(address))
  for (const { address } of listeners) printNotice(`listening on ${hostPort(address)}`)
  const preopens = Object.fromEntries(dir.map(parseFolder))
  const env = { ...process.env } as Record<string, string>
  return new SocketWasi({ args: [file, ...args], env, preopens, listen: listeners }).run(bytes)
}

function hostPort({ host, port }: { readonly host: string; readonly port: number }): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

/** The program's path and ours: wasmtime's form, in which ours stands first. */
function parseFolder(text: string): [path: string, folder: string] {
  const [folder, path] = text.split('::') as [string, string?]
  return [path ?? folder, folder]
}
