// Everything event-driven once more, woken by another bell than the best.

const SUITES = [
  'async/async-socket',
  'async/stopping',
  'async/connect',
  'reactor/reactor',
  'serve/serve',
  'serve/sending',
  'serve/batch-receive',
  'serve/memory',
  'serve/fairness',
  'serve/stopping',
  'serve/proxy',
  'streams/duplex-members',
] as const

/** @param bell as BERKELEY_REACTOR names it; it is read when the first socket is awaited */
export async function testOnBell(bell: string): Promise<void> {
  process.env['BERKELEY_REACTOR'] = bell
  for (const name of SUITES) await import(`../${name}.test.js`)
}
