// The command line of `berkeley sniff`: letters and filters are those of tcpdump.

import { Command } from 'commander'
import { parseCount } from '../terminal/arguments.js'
import type { SniffOptions } from './sniff.js'

const EXAMPLES = `
A filter is terms joined by "and"; the kernel compares the packets with it:
  ip, ip6, arp            the network protocol
  tcp, udp, icmp, icmp6   the transport protocol
  port NUMBER             the source or the destination port
  host ADDRESS            the source or the destination, IPv4 or IPv6

It needs CAP_NET_RAW. Packets are printed on standard output, one a line; Ctrl-C
ends it and prints the summary on standard error.

Examples:
  berkeley sniff -i lo
  berkeley sniff -i eth0 -c 10 udp and port 53
  berkeley sniff -x host 192.0.2.1 and tcp and port 443
  berkeley sniff --json icmp6`

export function sniffCommand(): Command {
  return new Command('sniff')
    .description('print the packets that pass the interfaces of this machine')
    .argument('[filter...]', 'which packets (default: all)')
    .option('-i, --interface <name>', 'one interface (default: all)')
    .option('-c, --count <n>', 'end after so many packets (default: no end)', parseCount)
    .option('-x, --hex', 'print the bytes from the header of the network protocol on')
    .option('--json', 'print one JSON object a line for each packet')
    .addHelpText('after', EXAMPLES)
    .action(async (words: string[], options: SniffOptions, command: Command) => {
      const { FilterError, parseFilter } = await import('./filter.js')
      const { compileFilter } = await import('./compile.js')
      const { runSniff } = await import('./sniff.js')
      let program: ReturnType<typeof compileFilter>
      try {
        program = compileFilter(parseFilter(words))
      } catch (error) {
        if (!(error instanceof FilterError)) throw error
        command.error(`error: ${error.message}`)
      }
      await runSniff(program, options)
    })
}
