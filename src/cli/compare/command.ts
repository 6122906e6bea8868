// `berkeley compare` on the command line.

import { Command, Option } from 'commander'
import { parseCount, parseDuration, parsePort } from '../terminal/arguments.js'
import { type CompareOptions, contradiction, parsePath, parsePayload, parseWays } from './options.js'
import { protocols } from './protocol/protocols.js'
import { WAY_NAMES } from './workload/mode-names.js'

const names = protocols.map(({ name }) => name)

function duration(flags: string, description: string): Option {
  return new Option(flags, description).argParser(parseDuration)
}

function count(flags: string, description: string): Option {
  return new Option(flags, description).argParser(parseCount)
}

/** The command, with all of its options. */
export function compareCommand(): Command {
  return new Command('compare')
    .description('run one workload in every way to wait, each in its own process, and recommend one')
    .argument('[host]', 'whom to ask; a server of our own unless given')
    .argument('[port]', "its port; the protocol's own unless given", parsePort)
    .addOption(new Option('--protocol <name>', 'what is spoken').choices(names).default('echo'))
    .addOption(count('--connections <n>', 'connections at the same time').default(10))
    .addOption(count('--requests <n>', 'requests in each; unless given, as many as take 2 s'))
    .addOption(duration('--duration <duration>', 'no request begins after this time'))
    .addOption(new Option('--payload <bytes>', 'bytes that a request carries').argParser(parsePayload))
    .addOption(new Option('--path <path>', 'what to ask for by http').argParser(parsePath).default('/'))
    .addOption(duration('--think <duration>', 'computing after each reply').default(0, '0'))
    .addOption(count('--threads <n>', 'workers of the way of threads, at most').default(8))
    .addOption(duration('--timeout <duration>', 'how long a reply may take').default(10_000, '10s'))
    .addOption(duration('--latency <duration>', 'how long our own server takes for a reply'))
    .addOption(duration('--jitter <duration>', 'up to how much longer, at random'))
    .addOption(new Option('--ways <names>', `some of ${WAY_NAMES.join(',')}; all unless given`).argParser(parseWays))
    .option('--no-strace', 'do not count system calls, which takes another run of each way under strace')
    .addOption(new Option('--json', 'print one JSON document').conflicts('csv'))
    .option('--report <file>', 'write an HTML file with the timelines of all ways, for which each runs once more')
    .option('--csv', 'print comma-separated values, a line for each way')
    .action(async (host: string | undefined, port: number | undefined, options: CompareOptions, command: Command) => {
      const wrong = contradiction(options, host)
      if (wrong !== undefined) command.error(`error: ${wrong}`)
      const { compare } = await import('./compare.js')
      await compare(host, port, options)
    })
}
