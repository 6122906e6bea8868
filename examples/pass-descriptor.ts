// Passing an open file to another process: one process opens it, the other one reads it without the right to open it.
//   node dist/examples/pass-descriptor.js take /tmp/passing
//   node dist/examples/pass-descriptor.js give /tmp/passing /etc/hostname

import { closeSync, readFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { createConnection, createServer } from 'berkeley'

const [role, path = '/tmp/passing', file = '/etc/hostname'] = process.argv.slice(2)

if (role === 'take') {
  using listener = createServer({ path }, { removeStale: true })
  console.log('listening at', path)
  using connection = listener.accept()
  const { data, fds } = connection.recvFds(100, 1)!
  // The descriptor is this process's own from now on.
  const fd = fds[0]!.detach()
  console.log(`${data}: ${readFileSync(fd, 'utf8')}`)
  closeSync(fd)
} else {
  const opened = await open(file)
  using connection = createConnection({ path })
  connection.sendFds(file, [opened])
  // What was sent stays the sender's too.
  await opened.close()
}
