// The command line of `berkeley tls`.

import { Command, Option } from 'commander'
import { parseDuration, parseHost, parsePort } from '../terminal/arguments.js'
import type { TlsCommandOptions } from './tls.js'

const VERSIONS = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3']

const EXAMPLES = `
The exit status is 1 if there is no handshake, and if the certificate is not
trusted.

Examples:
  berkeley tls example.org
  berkeley tls --starttls smtp mail.example.org 587
  berkeley tls --max-version TLSv1.2 --alpn http/1.1 example.org
  berkeley tls --cacert ca.pem --json localhost 8443`

export function tlsCommand(): Command {
  return new Command('tls')
    .description('show the TLS handshake with a server: version, certificates, trust, times')
    .argument('<host>', 'the server', parseHost)
    .argument('[port]', 'its port (default: 443, or that of the protocol of --starttls)', parsePort)
    .option('--alpn <names>', 'protocols to offer (default: h2,http/1.1)', (names) => names.split(',').filter(Boolean))
    .option('--cacert <file>', 'trust the authorities in this file (PEM) instead of the usual ones')
    .option('--cert <file>', "the client's certificate (PEM)")
    .option('--key <file>', 'its private key (PEM)')
    .addOption(new Option('--min-version <version>', 'the oldest version to offer').choices(VERSIONS))
    .addOption(new Option('--max-version <version>', 'the newest version to offer').choices(VERSIONS))
    .option('--servername <name>', 'the name to ask for, and to check (default: the host)')
    .addOption(
      new Option('--starttls <protocol>', 'begin in plain text').choices(['smtp', 'imap', 'postgres'] as const),
    )
    .addOption(
      new Option('--timeout <duration>', 'the timeout of each connection')
        .argParser(parseDuration)
        .default(10_000, '10s'),
    )
    .option('--json', 'print one JSON document')
    .addHelpText('after', EXAMPLES)
    .action(async (host: string, port: number | undefined, options: TlsCommandOptions) => {
      const { runTls } = await import('./tls.js')
      runTls(host, port, options)
    })
}
