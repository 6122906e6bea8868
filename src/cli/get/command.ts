// The command line of `berkeley get`.

import { Command } from 'commander'
import { parseDuration, parseUrl } from '../terminal/arguments.js'
import type { GetOptions } from './get.js'
import { addData, parseField } from './request.js'

const NOTES = `
A terminal shows control characters of the page as escapes. Files and pipes get
its bytes as they are; progress is shown if standard error is a terminal.
Redirections are not followed, bodies not decompressed, and proxies not used.
A status of 300 or more is a failure, after the body has been written.

Examples:
  berkeley get -o page.html https://example.org/
  berkeley get -H 'Accept: application/json' -i localhost:8080/status
  berkeley get -d name=value -d @more.txt http://localhost:8080/form
  berkeley get --cacert ca.pem https://localhost:8443/`

export function getCommand(): Command {
  return new Command('get')
    .description('fetch a page over HTTP with a blocking socket')
    .argument('<url>', 'http://host[:port]/path or https://...', parseUrl)
    .option('-d, --data <text>', 'send this by POST; @file: the content of a file; several are joined by &', addData)
    .option('-H, --header <field>', "a field of the request, 'Name: value'; 'Name:' removes one", parseField)
    .option('-i, --include', 'print the head of the response too')
    .option('--cacert <file>', 'https: trust the authorities in this file (PEM) instead of the usual ones')
    .option('--insecure', 'https: accept any certificate')
    .option('-o, --output <file>', 'write to a file (default: standard output)')
    .option('--timeout <duration>', 'the timeout of the whole exchange (default: none)', parseDuration)
    .addHelpText('after', NOTES)
    .action(async (url: URL, options: GetOptions) => {
      const { runGet } = await import('./get.js')
      await runGet(url, options)
    })
}
