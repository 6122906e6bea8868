// The suites of everything event-driven, to be run once more with another notifier than the default.

const SUITES = [
  'async/async-socket',
  'async/stopping',
  'async/connect',
  'reactor/reactor',
  'serve/serve',
  'serve/sending',
  'serve/batch-receive',
  'serve/memory',
  'serve/paused',
  'serve/fairness',
  'serve/stopping',
  'serve/proxy',
  'streams/duplex-members',
] as const

/**
 * Runs the suites in this process with a notifier.
 * @param notifier as BERKELEY_REACTOR names it; the variable is read when the first socket is awaited
 */
export async function testWithNotifier(notifier: string): Promise<void> {
  process.env['BERKELEY_REACTOR'] = notifier
  for (const name of SUITES) await import(`../${name}.test.js`)
}
