// Gives an address that the library returned to everything that takes an address.

import assert from 'node:assert/strict'
import { unlinkSync } from 'node:fs'
import {
  type Address,
  type AddressInput,
  AF_INET,
  AF_INET6,
  AF_UNIX,
  AsyncSocket,
  type BlockingServer,
  createConnection,
  createServer,
  encodeProxyHeader,
  errno,
  type Family,
  type HostAddress,
  NI_NUMERICHOST,
  NI_NUMERICSERV,
  openConnection,
  resolve,
  reverse,
  SO_REUSEADDR,
  SOCK_DGRAM,
  Socket,
  SocketError,
  serve,
  serveBlocking,
} from 'berkeley'

const DEADLINE_MS = 10_000
const NOTHING = 'data:text/javascript,export default () => {}'
const FAMILIES: Readonly<Record<string, Family>> = { inet: AF_INET, inet6: AF_INET6, unix: AF_UNIX }

/** The kernel's number of an address's family. */
function familyOf(address: Address): Family {
  return address.family === 'raw' ? (address.value as Family) : FAMILIES[address.family]!
}

/** The address as it is, with the constant of its family in place of the name, and without a family where that may be. */
function* forms(address: Address): Generator<AddressInput> {
  yield address
  if (address.family === 'raw') return
  yield { ...address, family: familyOf(address) } as AddressInput
  const { family: _, ...rest } = address
  if (Object.keys(rest).length > 0) yield rest as AddressInput
}

/** What the kernel makes of a path stays when its socket is closed. */
function removePath(address: Address): void {
  if (address.family === 'unix' && 'path' in address) unlinkSync(address.path)
  if (address.family === 'raw' && address.value === AF_UNIX) unlinkSync(address.bytes)
}

/** Each way to connect to a listener's address, as the connected peer's address. */
async function connectEveryWay(listening: Socket, at: Address): Promise<void> {
  const family = familyOf(at)
  const arrived = (peer: { getPeerName(): Address; close(): void }): void => {
    assert.deepEqual(peer.getPeerName(), at)
    listening.accept({ timeout: DEADLINE_MS }).close()
    peer.close()
  }
  for (const form of forms(at)) {
    arrived(createConnection(form))
    arrived(createConnection(form, { family, timeout: DEADLINE_MS }))
    arrived(await openConnection(form))
    const blocking = new Socket(family)
    blocking.connect(form)
    arrived(blocking)
    const trying = new Socket(family)
    while (!trying.tryConnect(form)) trying.wait('write', { timeout: DEADLINE_MS })
    arrived(trying)
    const numbered = new Socket(family)
    assert.equal(numbered.connectEx(form), 0)
    arrived(numbered)
    const awaited = new AsyncSocket(family)
    await awaited.connect(form)
    arrived(awaited)
  }
}

/** Each way to listen at the address of a listener that is closed by now. */
async function listenEveryWay(at: Address): Promise<void> {
  const isAt = (bound: Address): void => assert.deepEqual(bound, at)
  for (const form of forms(at)) {
    const server = createServer(form)
    isAt(server.getSockName())
    server.close()
    removePath(at)
    const handled = serve({ ...form }, {})
    isAt(handled.address)
    await handled.close()
    const blocking: BlockingServer = serveBlocking({ ...form, threads: 1 }, NOTHING)
    isAt(blocking.address)
    await blocking.close()
    const awaited = new AsyncSocket(familyOf(at))
    // Connections of the listener's may not be quite over.
    awaited.setOption(SO_REUSEADDR, true)
    awaited.bind(form)
    isAt(awaited.getSockName())
    awaited.close()
    removePath(at)
  }
}

/** Each way to send a datagram to the address of a bound socket, and the sender's address back to it. */
async function sendEveryWay(receiver: Socket, at: Address): Promise<void> {
  using sender = new Socket(familyOf(at), SOCK_DGRAM)
  if (familyOf(at) === AF_UNIX) sender.bind({ family: 'unix' })
  const awaited = new AsyncSocket(familyOf(at), SOCK_DGRAM)
  for (const form of forms(at)) {
    sender.sendTo('1', form)
    assert.equal(sender.trySendTo('2', form), 1)
    await awaited.sendTo('3', form)
    const connected = new Socket(familyOf(at), SOCK_DGRAM)
    connected.connect(form)
    connected.send('4')
    connected.close()
    const received = ['1', '2', '3', '4'].map(() => receiver.recvFrom(10, { timeout: DEADLINE_MS }))
    assert.deepEqual(received.map(({ data }) => String(data)).sort(), ['1', '2', '3', '4'])
    const from = received.find(({ data }) => String(data) === '1')!.address!
    receiver.sendTo('back', from)
    assert.equal(String(sender.recv(10)), 'back')
  }
  awaited.close()
}

/** The helpers that take an address and open nothing. */
function helpEveryWay(at: Address): void {
  if (at.family === 'raw' && at.value !== AF_UNIX) return
  for (const form of forms(at)) encodeProxyHeader({ source: form, destination: form })
  if (!('host' in at)) return
  const flags = NI_NUMERICHOST | NI_NUMERICSERV
  for (const form of forms(at)) {
    assert.ok(reverse(form as HostAddress, { flags }).host.startsWith(at.host))
  }
  const scope = at.family === 'inet6' && at.scopeId !== 0 ? `%${at.scopeId}` : ''
  assert.deepEqual(resolve(`${at.host}${scope}`, at.port, { family: at.family })[0]!.address, { ...at })
}

/** Listens and receives at `target`, and gives the addresses that come of it to everything that takes one. */
export async function isGivenBack(target: AddressInput): Promise<void> {
  const listening = createServer(target)
  const at = listening.getSockName()
  helpEveryWay(at)
  await connectEveryWay(listening, at)
  listening.close()
  removePath(at)
  await listenEveryWay(at)
  using receiver = new Socket(familyOf(at), SOCK_DGRAM)
  receiver.bind(at as AddressInput)
  const there = receiver.getSockName()
  assert.deepEqual(there, at)
  await sendEveryWay(receiver, there)
  removePath(there)
}

/** Whether an act gets as far as the kernel: it works, or a system call fails. A refusal by the library throws on. */
export async function reachesTheKernel(act: () => unknown): Promise<void> {
  try {
    await act()
  } catch (error) {
    assert.ok(error instanceof SocketError && error.errno < 0 && error.errno !== -errno.EBADF, String(error))
  }
}
