// The command line of `berkeley wasi`.

import { Command } from 'commander'
import { parseListenAddress } from '../terminal/arguments.js'
import type { WasiCommandOptions } from './wasi.js'

export function wasiCommand(): Command {
  return new Command('wasi')
    .description('run a WebAssembly program of WASI preview 1, with listening sockets')
    .argument('<file>', 'the program, a .wasm file')
    .argument('[args...]', 'its arguments')
    .option(
      '--listen <host:port>',
      'make a listening socket, which the program finds as its descriptor 3, 4, ...; repeatable',
      (text, listed: readonly ReturnType<typeof parseListenAddress>[] = []) => [...listed, parseListenAddress(text)],
    )
    .option(
      '--dir <folder>',
      'let the program see a folder; <folder>::<path> gives it another path; repeatable',
      (text: string, listed: readonly string[] = []) => [...listed, text],
    )
    .passThroughOptions()
    .addHelpText('after', "\nThe exit status is the program's.")
    .action(async (file: string, args: string[], options: WasiCommandOptions) => {
      // Node warns that its part of WASI is experimental. Standard error is the program's.
      process.removeAllListeners('warning')
      const { runWasi } = await import('./wasi.js')
      process.exitCode = runWasi(file, args, options)
    })
}
