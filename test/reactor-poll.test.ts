// Everything event-driven once more, woken by a thread that polls each socket, as on systems without epoll.

process.env['BERKELEY_REACTOR'] = 'poll'

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
