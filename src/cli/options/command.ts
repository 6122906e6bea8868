// The command line of `berkeley options`.

import { Command } from 'commander'
import type { ListingOptions } from './options.js'

export function optionsCommand(): Command {
  return new Command('options')
    .description('list the socket options')
    .argument('[word]', 'list only options whose name or description contains it')
    .option('--json', 'print one JSON document')
    .action(async (word: string | undefined, options: ListingOptions) => {
      const { listOptions } = await import('./options.js')
      listOptions(word, options)
    })
}
