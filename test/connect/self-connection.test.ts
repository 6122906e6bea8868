// A TCP socket that the kernel connects to itself is no connection to a server.

import { test } from 'node:test'
import { fixture, succeeds } from '../support/child.js'
import { inNetworkOfOnePort, noNetwork } from '../support/network-namespace.js'

const PORT = '40000'

test('connect: a connection of the socket to itself is refused, unless its port was chosen', {
  skip: noNetwork,
}, async (context) => {
  await succeeds(context, fixture('connect/self-connection'), [PORT], { prefix: inNetworkOfOnePort(PORT) })
})
