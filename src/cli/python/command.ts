// The command line of `berkeley python`.

import { Command } from 'commander'
import type { PythonCommandOptions } from './python.js'

function collect(host: string, hosts: readonly string[] = []): readonly string[] {
  return [...hosts, host]
}

export function pythonCommand(): Command {
  return new Command('python')
    .description('run a Python program in WebAssembly (Pyodide) on real sockets')
    .argument('<file>', 'the program')
    .argument('[args...]', 'its arguments')
    .option('--loopback-only', 'let the program reach this machine alone')
    .option(
      '--allow <host>',
      'let it reach this host alone: a name, *.domain, an address, a network; repeatable',
      collect,
    )
    .option('--pyodide <folder>', 'the folder of the package pyodide, unless it is installed here')
    .passThroughOptions()
    .addHelpText(
      'after',
      "\nThe program sees the working directory, its own folder and those of PYTHONPATH.\nThe exit status is the program's. Ctrl-C is KeyboardInterrupt.",
    )
    .action(async (file: string, args: string[], options: PythonCommandOptions) => {
      const { runPython } = await import('./python.js')
      process.exitCode = await runPython(file, args, options)
    })
}
