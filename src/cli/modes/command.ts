// The command line of `berkeley modes`.

import { Command, Option } from 'commander'
import { parseDuration, parsePort } from '../terminal/arguments.js'
import type { ModesOptions } from './modes.js'

export function modesCommand(): Command {
  return new Command('modes')
    .description('make the same HTTP/1.0 exchange in every mode and show each call')
    .argument('[host]', 'the server to connect to (default: a built-in server)')
    .argument('[port]', 'its port', parsePort, 80)
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
    .option('--json', 'print one JSON document')
    .action(async (host: string | undefined, port: number, options: ModesOptions) => {
      const { runModes } = await import('./modes.js')
      await runModes(host, port, options)
    })
}
