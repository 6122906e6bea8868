// Everything event-driven once more, woken by a thread of our own, as in runtimes without libuv.

process.env['BERKELEY_REACTOR'] = 'thread'

for (const name of [
  'async-socket',
  'async-stopping',
  'async-connect',
  'reactor',
  'serve',
  'serve-stopping',
  'serve-proxy',
]) {
  await import(`./${name}.test.js`)
}

export {}
