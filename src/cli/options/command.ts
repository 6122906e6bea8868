// The command line of `berkeley options`.

import { Command, Option } from 'commander'
import { parseDuration, parseHost, parsePort } from '../terminal/arguments.js'

/** The options of both forms of the command. */
interface OptionsCommandOptions {
  readonly json?: boolean
  readonly udp?: boolean
  readonly timeout: number
}

const EXAMPLES = `
Examples:
  berkeley options linger                  search the table of options
  berkeley options example.org 80          the values of a TCP connection
  berkeley options --udp 127.0.0.1 53      the values of a UDP socket
  berkeley options /run/postgresql/.s.PGSQL.5432`

export function optionsCommand(): Command {
  return new Command('options')
    .description('list the socket options, or their values of a live connection')
    .argument('[word]', 'list only options whose name or description contains it; or a host, or a path', parseHost)
    .argument('[port]', 'connect to this port of the host, and show the value of each option', parsePort)
    .option('-u, --udp', 'connect a UDP socket')
    .addOption(
      new Option('--timeout <duration>', 'the timeout of the connect').argParser(parseDuration).default(10_000, '10s'),
    )
    .option('--json', 'print one JSON document')
    .addHelpText('after', EXAMPLES)
    .action(
      async (word: string | undefined, port: number | undefined, options: OptionsCommandOptions, command: Command) => {
        const { json = false, udp = false, timeout } = options
        if (udp && port === undefined) command.error('error: --udp needs a host and a port')
        if (port !== undefined || word?.startsWith('/')) {
          const { showLive } = await import('./live-report.js')
          showLive({ host: word!, ...(port === undefined ? {} : { port }), udp, timeout }, json)
          return
        }
        const { listOptions } = await import('./options.js')
        listOptions(word, { json })
      },
    )
}
