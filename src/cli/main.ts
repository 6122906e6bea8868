#!/usr/bin/env node
// The command line. Exit status: 0 done, 1 failed (one line on standard error says why), 2 used wrongly.

import { readFileSync } from 'node:fs'
import { Command, CommanderError, Option } from 'commander'
import { compareCommand } from './compare/command.js'
import type { GetOptions } from './get/get.js'
import type { ModesOptions } from './modes/modes.js'
import type { ListingOptions } from './options/options.js'
import { parseDuration, parsePort, parseUrl } from './terminal/arguments.js'
import { endWithOutput } from './terminal/output.js'
import { traceCommand } from './trace/command.js'

const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
  version: string
}

// A command is loaded when it is called, so that help needs no addon, and that one which is not built fails in one line.
const program = new Command('berkeley')
  .description("The kernel's own sockets for JavaScript, tried out from a shell.")
  .addHelpText('after', '\nDurations are written as 200, 200ms or 1.5s.')
  .version(version)
  .exitOverride()
  .enablePositionalOptions()
  .showHelpAfterError('(--help tells more)')

program
  .command('modes')
  .description('make the same HTTP/1.0 exchange in every way to wait, and show what each call did')
  .argument('[host]', 'whom to ask; a server of our own unless given')
  .argument('[port]', 'its port', parsePort, 80)
  .addOption(
    new Option('--delay <duration>', 'how long our own server thinks').argParser(parseDuration).default(200, '200ms'),
  )
  .addOption(
    new Option('--timeout <duration>', 'the limit of a call in the timed way')
      .argParser(parseDuration)
      .default(50, '50ms'),
  )
  .option('--json', 'print one JSON document')
  .action(async (host: string | undefined, port: number, options: ModesOptions) => {
    const { modes } = await import('./modes/modes.js')
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
    const { get } = await import('./get/get.js')
    await get(url, options)
  })

program
  .command('options')
  .description('list the options of sockets')
  .argument('[word]', 'only those whose name or meaning contains it')
  .option('--json', 'print one JSON document')
  .action(async (word: string | undefined, chosen: ListingOptions) => {
    const { options } = await import('./options/options.js')
    options(word, chosen)
  })

program.addCommand(traceCommand().copyInheritedSettings(program))
program.addCommand(compareCommand().copyInheritedSettings(program))

function exitStatus(error: unknown): number {
  // Commander has said what is wrong, or printed the help that was asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  const [line] = (error as Error).message.split('\n')
  process.stderr.write(`berkeley: ${line!.replace(/^berkeley: /, '')}\n`)
  return 1
}

endWithOutput()
try {
  await program.parseAsync()
} catch (error) {
  process.exitCode = exitStatus(error)
}
