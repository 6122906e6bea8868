#!/usr/bin/env node
// The command line. Exit status: 0 done, 1 failed (one line on standard error says why), 2 used wrongly.

import { readFileSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import { parseDuration, parsePort, parseUrl } from './arguments.js'
import type { GetOptions } from './get.js'
import type { ModesOptions } from './modes.js'
import { endWhenNobodyReads } from './terminal.js'

const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
  version: string
}

// A command is loaded when it is called, so that help needs no addon, and that one which is not built fails in one line.
const program = new Command('berkeley')
  .description("The kernel's own sockets for JavaScript, tried out from a shell.")
  .version(version)
  .exitOverride()
  .showHelpAfterError('(--help tells more)')

program
  .command('modes')
  .description('make the same HTTP/1.0 exchange in every way to wait, and show what each call did')
  .argument('[host]', 'whom to ask; a server of our own unless given')
  .argument('[port]', 'its port', parsePort, 80)
  .option('--delay <duration>', 'how long our own server thinks: 200, 200ms, 1.5s', parseDuration, 200)
  .option('--timeout <duration>', 'how long a call may wait in the timed way', parseDuration, 50)
  .option('--json', 'print one JSON document')
  .action(async (host: string | undefined, port: number, options: ModesOptions) => {
    const { modes } = await import('./modes.js')
    await modes(host, port, options)
  })

program
  .command('get')
  .description('fetch a page by HTTP with a blocking socket')
  .argument('<url>', 'http://host[:port]/path', parseUrl)
  .option('-i, --include', 'print the head of the answer too')
  .option('-o, --output <file>', 'write to a file')
  .option('--timeout <duration>', 'for the whole: 500ms, 10s; no limit unless given', parseDuration)
  .action(async (url: URL, options: GetOptions) => {
    const { get } = await import('./get.js')
    await get(url, options)
  })

function exitStatus(error: unknown): number {
  // Commander has said what is wrong, or printed the help that was asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  process.stderr.write(`berkeley: ${(error as Error).message}\n`)
  return 1
}

endWhenNobodyReads()
try {
  await program.parseAsync()
} catch (error) {
  process.exitCode = exitStatus(error)
}
