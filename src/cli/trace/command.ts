// The command line of `berkeley trace`.

import { Command } from 'commander'
import { parseCallLimit } from '../terminal/arguments.js'
import { printNotice } from '../terminal/output.js'
import type { TraceCommandOptions } from './trace.js'

export function traceCommand(): Command {
  return new Command('trace')
    .description('run a program, record each of its berkeley socket calls, and write an HTML report')
    .argument('[script]', 'a JavaScript program, or TypeScript where this version of Node runs it')
    .argument('[args...]', 'the arguments of the program')
    .option('-o, --out <file>', 'the HTML report', 'berkeley-trace.html')
    .option('--json <file>', 'also write the trace in the Trace Event format, for Perfetto')
    .option('--limit <calls>', 'keep only the last <calls> calls of each thread', parseCallLimit, 65_536)
    .option('--from <folder>', 'run no program; report recordings of programs that ran with BERKELEY_TRACE=<folder>')
    .passThroughOptions()
    .addHelpText(
      'after',
      '\nOptions come before the script: all that follows it is passed to the program.\n' +
        "The program's workers and child processes are recorded too.\nThe exit status is the program's.",
    )
    .action(async (script: string | undefined, args: string[], options: TraceCommandOptions, command: Command) => {
      if ((script === undefined) === (options.from === undefined)) {
        command.error('error: expected either a script or --from')
      }
      const { runTrace } = await import('./trace.js')
      await runTrace(script, args, options)
      const passed = ownOptionIn(args, command)
      if (passed === undefined) return
      printNotice(`${passed} was passed to the program: options of berkeley trace come before the script`)
    })
}

/** The first of a program's arguments that is one of this command's options too, and may have been meant for it. */
function ownOptionIn(args: readonly string[], { options }: Command): string | undefined {
  const names = options.flatMap(({ short, long }) => [short, long])
  return args.map((arg) => arg.replace(/=.*/s, '')).find((name) => names.includes(name))
}
