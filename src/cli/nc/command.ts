// The command line of `berkeley nc`: the letters are those of OpenBSD's netcat.

import { Command } from 'commander'
import { parsePort, parseSeconds } from '../terminal/arguments.js'
import { findMisuse, type NcOptions } from './options.js'

const EXAMPLES = `
A destination is a host name or address, or with -U a path (@name is abstract).
A port is a number, a range such as 20-30, or the name of a service.

Examples:
  berkeley nc -l 1234 > file            receive a file, ...
  berkeley nc -N host 1234 < file       ... and send it
  printf 'GET / HTTP/1.0\\r\\n\\r\\n' | berkeley nc example.org http
  berkeley nc -zv localhost 20-30       which ports accept a connection
  berkeley nc -lku 5353                 print the datagrams of all senders
  berkeley nc -U --seqpacket /run/udev/control

A terminal shows control characters of the peer as escapes. Files and pipes get
its bytes as they are. The exit status is 1 where no connection was made, or one
failed.`

export function ncCommand(): Command {
  return new Command('nc')
    .description("connect or listen, and copy standard input and output: OpenBSD's netcat")
    .argument('[destination]', 'the host to connect to, or the address to listen on')
    .argument('[ports...]', 'the ports')
    .option('-4, --ipv4', 'use IPv4 only')
    .option('-6, --ipv6', 'use IPv6 only')
    .option('-C, --crlf', 'send CR and LF for each LF of the input')
    .option('-d, --detach', 'do not read standard input')
    .option('-k, --keep-listening', 'with -l: after a connection wait for the next; with -u: receive from all')
    .option('-l, --listen', 'wait for a connection')
    .option('-N, --half-close', 'shut the sending side down at the end of the input')
    .option('-n, --numeric', 'look up no names of hosts and services')
    .option('-p, --source-port <port>', 'the local port', parsePort)
    .option('-q, --quit <seconds>', 'end so long after the end of the input; not negative implies -N', parseSeconds)
    .option('-s, --source <address>', 'the local address; with -Uu the path to receive on')
    .option('--seqpacket', 'with -U: a socket of packets in sequence')
    .option('-U, --unix', 'use a unix socket')
    .option('-u, --udp', 'use UDP; with -U a datagram socket')
    .option('-v, --verbose', 'report connections on standard error')
    .option('-w, --timeout <seconds>', 'the timeout of a connect, and of an idle connection', parseSeconds)
    .option('-z, --scan', 'only find out whether the ports accept a connection')
    .addHelpText('after', EXAMPLES)
    .action(async (destination: string | undefined, ports: string[], options: NcOptions, command: Command) => {
      const words = destination === undefined ? [] : [destination, ...ports]
      const misuse = findMisuse(words, options)
      if (misuse !== undefined) command.error(`error: ${misuse}`)
      const { runNc } = await import('./nc.js')
      await runNc(words, options)
    })
}
