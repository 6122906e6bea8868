// `berkeley trace` on the command line.

import { Command } from 'commander'
import { parseLimit } from '../terminal/arguments.js'
import type { TracingOptions } from './trace.js'

/** The command, with all of its options. */
export function traceCommand(): Command {
  return new Command('trace')
    .description('run a program and record each of its calls on sockets: a report to look at, a trace for Perfetto')
    .argument('[script]', 'the program: JavaScript, or TypeScript where this Node runs it')
    .argument('[args...]', "the program's own arguments")
    .option('-o, --out <file>', 'the report, one HTML file', 'berkeley-trace.html')
    .option('--json <file>', 'the trace in the Trace Event format as well, for Perfetto')
    .option('--limit <calls>', 'how many calls of each thread are kept, the last ones', parseLimit, 65_536)
    .option('--from <folder>', 'run nothing: report what programs recorded that ran with BERKELEY_TRACE=<folder>')
    .passThroughOptions()
    .addHelpText(
      'after',
      "\nThe program's workers and the programs that it starts are recorded as well. The exit status is the program's own.",
    )
    .action(async (script: string | undefined, args: string[], options: TracingOptions, command: Command) => {
      if ((script === undefined) === (options.from === undefined)) {
        command.error('error: either a script or --from is wanted')
      }
      const { tracing } = await import('./trace.js')
      await tracing(script, args, options)
    })
}
