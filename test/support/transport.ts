// The transport under foreign libraries: a stream for each connection that is made, and for each that is accepted.
//
// The tests of libraries must pass over node:net as well, which shows that they test the transport and nothing else:
// BERKELEY_TEST_TRANSPORT=net runs them that way.
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import type { TestContext } from 'node:test'
import { createServer as createListener, type InetAddress, openConnection, toDuplex } from '../../src/index.js'

/** The address to connect to. */
export interface Place {
  readonly host: string
  readonly port: number
}

/** Makes streams. Their type is the class that libraries declare; each transport has a class of its own. */
export interface Transport {
  /** A connected stream. */
  open(place: Place): Promise<Socket>
  /** Accepts until the test is over, calling `accepted` with each stream; resolves with the address to connect to. */
  listen(context: TestContext, accepted: (stream: Socket) => void): Promise<Place>
}

const net: Transport = {
  async open({ host, port }) {
    const socket = connect(port, host)
    await once(socket, 'connect')
    return Object.assign(socket, { connect: () => process.nextTick(() => socket.emit('connect')) })
  },
  async listen(context, accepted) {
    const server = createServer(accepted).listen(0, '127.0.0.1')
    context.after(() => server.close())
    await once(server, 'listening')
    return { host: '127.0.0.1', port: (server.address() as AddressInfo).port }
  },
}

const berkeley: Transport = {
  async open(place) {
    return toDuplex(await openConnection(place)).setNoDelay()
  },
  async listen(context, accepted) {
    const listener = createListener({ host: '127.0.0.1', port: 0 }).toAsync()
    context.after(() => listener.close())
    const { host, port } = listener.getSockName() as InetAddress
    const acceptAll = async (): Promise<void> => {
      for await (const socket of listener.connections()) accepted(toDuplex(socket).setNoDelay())
    }
    acceptAll()
    return { host, port }
  },
}

/** The transport under test. */
export const transport: Transport = process.env['BERKELEY_TEST_TRANSPORT'] === 'net' ? net : berkeley
