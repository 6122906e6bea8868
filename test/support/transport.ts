// What carries the bytes under other people's libraries: a stream each for connections made and connections accepted.
//
// The tests of libraries must hold over node:net as well, which shows that it is the transport that they test:
// BERKELEY_TEST_TRANSPORT=net runs them so.
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import type { TestContext } from 'node:test'
import { createServer as createListener, type InetAddress, openConnection, toDuplex } from '../../src/index.js'

/** Where to connect to. */
export interface Place {
  readonly host: string
  readonly port: number
}

/** Makes streams. They are typed as the class that libraries declare; what they are is the transport's matter. */
export interface Transport {
  /** A connected stream. */
  open(place: Place): Promise<Socket>
  /** Hands over each accepted stream until the test is over; answers where to connect to. */
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
