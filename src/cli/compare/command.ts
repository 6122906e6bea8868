// The command line of `berkeley compare`.

import { Command, Option } from 'commander'
import { parseCount, parseDuration, parseHost, parsePort } from '../terminal/arguments.js'
import { type CompareOptions, findConflict, parseModes, parsePath, parsePayload } from './options.js'
import { protocols } from './protocol/protocols.js'
import { MODE_NAMES } from './workload/mode-names.js'

const protocolNames = protocols.map(({ name }) => name)

function durationOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser(parseDuration)
}

function countOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser(parseCount)
}

export function compareCommand(): Command {
  return new Command('compare')
    .description('run one workload in every mode, each in its own process, and recommend a mode')
    .argument('[host]', 'the server to connect to (default: a built-in server)', parseHost)
    .argument('[port]', "its port (default: the protocol's well-known port)", parsePort)
    .addOption(
      new Option('--protocol <name>', 'the protocol; lines: each line gets one line, and nothing before')
        .choices(protocolNames)
        .default('echo'),
    )
    .addOption(countOption('--connections <n>', 'connections open at the same time').default(10))
    .addOption(countOption('--requests <n>', 'requests in each connection (default: as many as take 2 s)'))
    .addOption(durationOption('--duration <duration>', 'begin no request after this time'))
    .addOption(
      new Option('--payload <bytes>', "payload of a request (default: the protocol's)").argParser(parsePayload),
    )
    .addOption(new Option('--path <path>', 'path of an HTTP request').argParser(parsePath).default('/'))
    .addOption(durationOption('--think <duration>', 'computation after each reply').default(0, '0'))
    .addOption(countOption('--threads <n>', 'maximum number of workers in mode threads').default(8))
    .addOption(durationOption('--timeout <duration>', 'timeout of a reply, and of a connect').default(10_000, '10s'))
    .addOption(durationOption('--latency <duration>', 'how long the built-in server takes to reply'))
    .addOption(durationOption('--jitter <duration>', 'add up to this time at random to the latency'))
    .addOption(
      new Option(
        '--modes <names>',
        `modes to run, separated by commas: ${MODE_NAMES.join(', ')} (default: all)`,
      ).argParser(parseModes),
    )
    .option('--no-strace', 'skip the extra run of each mode under strace, which counts system calls')
    .addOption(new Option('--json', 'print one JSON document').conflicts('csv'))
    .option('--csv', 'print comma-separated values, one line for each mode')
    .option('--report <file>', 'run each mode once more and write an HTML report with the timelines')
    .action(async (host: string | undefined, port: number | undefined, options: CompareOptions, command: Command) => {
      const conflict = findConflict(options, host)
      if (conflict !== undefined) command.error(`error: ${conflict}`)
      const { runCompare } = await import('./compare.js')
      await runCompare(host, port, options)
    })
}
