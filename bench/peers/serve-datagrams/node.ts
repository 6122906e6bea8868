// An echo server of datagrams with node:dgram.
import { createSocket } from 'node:dgram'
import '../shared/collect-garbage.js'

const socket = createSocket('udp4')
socket.on('message', (data, { port, address }) => socket.send(data, port, address))
socket.bind(0, '127.0.0.1', () => console.log(socket.address().port))
