// The command line program in a terminal that script(1) makes.
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { addonPreload, type Ended, run } from './child.js'
import { needs } from './debian.js'

const main = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url))

/** Why no terminal can be made here. */
export const noTerminal = needs('script', 'bsdutils').skip

/** A terminal of sixteen colours, whatever the test's own environment says of colours: that of a CI service does. */
const SIXTEEN_COLOURS: NodeJS.ProcessEnv = {
  TERM: 'xterm-256color',
  COLORTERM: '',
  FORCE_COLOR: '1',
  NO_COLOR: undefined,
  NODE_DISABLE_COLORS: undefined,
}

/**
 * The command line of this runtime. Deno gives a child its permissions only where it starts the child itself: a child of
 * script(1) has none, and asks for each in the terminal.
 */
const RUNTIME = [process.execPath, ...('deno' in process.versions ? ['run', '--allow-all'] : [])]

/** Runs `berkeley` with `args` in a terminal, and returns what the terminal got. */
export function inTerminal(context: TestContext, args: readonly string[]): Promise<Ended> {
  const words = [...RUNTIME, main, ...args].map((word) => `'${word.replaceAll("'", "'\\''")}'`)
  const env = { ...addonPreload, ...SIXTEEN_COLOURS }
  return run(context, 'script', ['-qec', words.join(' '), '/dev/null'], { env, input: Buffer.alloc(0) })
}
