// The command line of `berkeley ping`: the letters are those of iputils' ping.

import { Command, InvalidArgumentError, Option } from 'commander'
import { parseCount, parseSeconds } from '../terminal/arguments.js'
import type { PingOptions } from './ping.js'

/** The longest data that a packet of IPv4 carries. */
const MAX_SIZE = 65_507

/** Shorter intervals would be a flood. */
const MIN_INTERVAL_MS = 2

function parseSize(text: string): number {
  const size = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (!(size <= MAX_SIZE)) throw new InvalidArgumentError(`Expected a number of bytes from 0 to ${MAX_SIZE}.`)
  return size
}

function parseInterval(text: string): number {
  const ms = parseSeconds(text)
  if (ms < MIN_INTERVAL_MS) throw new InvalidArgumentError('Expected at least 0.002 seconds.')
  return ms
}

function parseWait(text: string): number {
  const ms = parseSeconds(text)
  if (ms <= 0) throw new InvalidArgumentError('Expected a number of seconds above 0.')
  return ms
}

const EXAMPLES = `
It uses a datagram socket of ICMP if net.ipv4.ping_group_range allows that, else
a raw socket, which needs CAP_NET_RAW. Ctrl-C ends it and prints the statistics.
The exit status is 1 if there was no reply.

Examples:
  berkeley ping example.org
  berkeley ping -c 3 -i 0.2 127.0.0.1
  berkeley ping -6 -c 1 -s 1400 --json localhost`

export function pingCommand(): Command {
  return new Command('ping')
    .description('send ICMP echo requests, and measure the round trips')
    .argument('<host>', 'a name or an address')
    .option('-4, --ipv4', 'use IPv4 only')
    .option('-6, --ipv6', 'use IPv6 only')
    .option('-c, --count <n>', 'end after so many requests (default: no end)', parseCount)
    .addOption(
      new Option('-i, --interval <seconds>', 'from one request to the next')
        .argParser(parseInterval)
        .default(1000, '1'),
    )
    .option('-n, --numeric', 'look up no names of addresses')
    .addOption(new Option('-s, --size <bytes>', 'data in each request').argParser(parseSize).default(56))
    .addOption(
      new Option('-W, --timeout <seconds>', 'how long to wait for the last reply, if there was none before')
        .argParser(parseWait)
        .default(10_000, '10'),
    )
    .option('--json', 'print one JSON document at the end')
    .addHelpText('after', EXAMPLES)
    .action(async (host: string, options: PingOptions, command: Command) => {
      if (options.ipv4 && options.ipv6) command.error('error: -4 and -6 contradict each other')
      const { runPing } = await import('./ping.js')
      runPing(host, options)
    })
}
