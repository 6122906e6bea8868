#!/usr/bin/env node
// cli/ is the program `berkeley`: a folder for each command, terminal/ and report/ for what they share. It imports the
// library by index.ts only, as a user would.
//
// Exit status: 0 for success, 1 for a failure (with one line on standard error), 2 for wrong usage.

import { readFileSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import { compareCommand } from './compare/command.js'
import { getCommand } from './get/command.js'
import { modesCommand } from './modes/command.js'
import { ncCommand } from './nc/command.js'
import { optionsCommand } from './options/command.js'
import { pingCommand } from './ping/command.js'
import { pythonCommand } from './python/command.js'
import { sniffCommand } from './sniff/command.js'
import { printable } from './terminal/escaping.js'
import { exitOnOutputError, printNotice } from './terminal/output.js'
import { tlsCommand } from './tls/command.js'
import { traceCommand } from './trace/command.js'
import { wasiCommand } from './wasi/command.js'

const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
  version: string
}

const FIRST_STEPS = `
A duration is 200 or 200ms (milliseconds), or 1.5s (seconds).

First steps: \`berkeley tour\`, which is \`modes\`; then getting-started.md and
cheat-sheet.md in the package's folder docs/guide. Each function has an example
in its doc comment.`

// A command imports its code when it is called: help needs no addon, and a missing addon is reported in one line.
const program = new Command('berkeley')
  .description("Try the kernel's own sockets for JavaScript from a shell.")
  .addHelpText('after', FIRST_STEPS)
  .version(version)
  .exitOverride()
  .enablePositionalOptions()
  // The arguments of a command are in its own help: here they would leave the descriptions no room.
  .configureHelp({ subcommandTerm: (command) => command.name() })
  .configureOutput({ outputError: (text, write) => write(printable(text.replace(/^error: /, 'berkeley: '), '\n')) })
  .showHelpAfterError('(see --help)')

const commands = [
  modesCommand(),
  getCommand(),
  tlsCommand(),
  ncCommand(),
  pingCommand(),
  sniffCommand(),
  optionsCommand(),
  traceCommand(),
  compareCommand(),
  pythonCommand(),
  wasiCommand(),
]
for (const command of commands) {
  program.addCommand(command.copyInheritedSettings(program))
}

function exitStatus(error: unknown): number {
  // Commander has already printed the error, or the requested help.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  const [line] = (error as Error).message.split('\n')
  printNotice(line!.replace(/^berkeley: /, ''))
  return 1
}

exitOnOutputError()
try {
  await program.parseAsync()
} catch (error) {
  process.exitCode = exitStatus(error)
}
