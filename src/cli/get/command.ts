// The command line of `berkeley get`.

import { Command } from 'commander'
import { parseDuration, parseUrl } from '../terminal/arguments.js'
import type { GetOptions } from './get.js'

export function getCommand(): Command {
  return new Command('get')
    .description('fetch a page over HTTP with a blocking socket')
    .argument('<url>', 'http://host[:port]/path or https://...', parseUrl)
    .option('-i, --include', 'print the head of the response too')
    .option('--cacert <file>', 'https: trust the authorities in this file (PEM) instead of the usual ones')
    .option('--insecure', 'https: accept any certificate')
    .option('-o, --output <file>', 'write to a file (default: standard output)')
    .option('--timeout <duration>', 'the timeout of the whole exchange (default: none)', parseDuration)
    .addHelpText(
      'after',
      '\nA terminal shows control characters of the page as escapes. Files and pipes get\nits bytes as they are.',
    )
    .action(async (url: URL, options: GetOptions) => {
      const { runGet } = await import('./get.js')
      await runGet(url, options)
    })
}
