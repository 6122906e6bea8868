// The command line of `berkeley modes`.

import { Command, Option } from 'commander'
import { parseDuration, parseHostOrUrl, parsePort } from '../terminal/arguments.js'
import type { ModesOptions } from './modes.js'

const EXAMPLES = `
Examples:
  berkeley modes --delay 1s
  berkeley modes localhost 8080
  berkeley modes https://example.org/       every mode over TLS`

export function modesCommand(): Command {
  return new Command('modes')
    .alias('tour')
    .description('the tour: make the same HTTP exchange in every mode, show each call, and what to do next')
    .argument('[host]', 'the server to connect to, or a URL (default: a built-in server)', parseHostOrUrl)
    .argument('[port]', 'its port (default: 80, or that of the URL)', parsePort)
    .addOption(
      new Option('--delay <duration>', 'how long the built-in server takes to reply')
        .argParser(parseDuration)
        .default(200, '200ms'),
    )
    .addOption(
      new Option('--timeout <duration>', 'the timeout of a call in timed mode')
        .argParser(parseDuration)
        .default(50, '50ms'),
    )
    .option('--cacert <file>', 'https: trust the authorities in this file (PEM) instead of the usual ones')
    .option('--insecure', 'https: accept any certificate')
    .option('--json', 'print one JSON document')
    .addHelpText('after', EXAMPLES)
    .action(
      async (host: string | URL | undefined, port: number | undefined, options: ModesOptions, command: Command) => {
        if (host instanceof URL && port !== undefined) command.error('error: the port belongs in the URL')
        const { runModes } = await import('./modes.js')
        await runModes(host, port, options)
      },
    )
}
