// Collects garbage on SIGUSR2. The load sends it before it reads the resident memory, so that no garbage is counted.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** The collector of the runtime. Called without arguments: with one, V8's collects only the young generation. */
function collector(): () => void {
  const { Bun } = globalThis as { Bun?: { gc(force: boolean): void } }
  if (Bun !== undefined) return () => Bun.gc(true)
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc') as () => void
}

const collect = collector()
process.on('SIGUSR2', () => collect())
