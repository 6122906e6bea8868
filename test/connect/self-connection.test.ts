// A TCP socket that the kernel connects to itself is no connection to a server.

import { test } from 'node:test'
import { fixture, succeeds } from '../support/child.js'
import { inOwnNetwork, noNetwork } from '../support/network-namespace.js'

const PORT = '40000'
/** The only port that the kernel can choose. */
const onePort = ['sh', '-c', `echo ${PORT} ${PORT} > /proc/sys/net/ipv4/ip_local_port_range && exec "$0" "$@"`]

test('connect: a connection of the socket to itself is refused, unless its port was chosen', {
  skip: noNetwork,
}, async (context) => {
  const prefix = [...inOwnNetwork, ...onePort]
  await succeeds(context, fixture('connect/self-connection'), [PORT], { prefix })
})
