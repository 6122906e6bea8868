// Messages to and from CPython: descriptors, credentials, packet information and timestamps, in both directions.

import assert from 'node:assert/strict'
import { closeSync, openSync, readSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import {
  AF_INET,
  AF_UNIX,
  controlValue,
  createServer,
  IP_PKTINFO,
  IP_RECVTTL,
  SO_PASSCRED,
  SO_TIMESTAMPNS,
  SOCK_DGRAM,
  SOCK_SEQPACKET,
  Socket,
} from 'berkeley'
import { Child, failureOf } from '../support/child.js'
import { temporaryFolder } from '../support/folders.js'
import { portOf } from '../support/listeners.js'

const skip = failureOf('python3', ['-c', 'import socket; socket.send_fds; socket.recv_fds'])

/** Starts Python with one end of a pair as its socket `s`; returns the program and the other end. */
function python(context: TestContext, program: string): { child: Child; socket: Socket } {
  const [socket, theirs] = Socket.pair(AF_UNIX, SOCK_SEQPACKET)
  const fd = theirs.detach()
  const head =
    'import os, socket, struct, sys\ns = socket.socket(fileno=3)\ns.setblocking(True)\ndef say(*words): print(*words, flush=True)\n'
  const child = new Child(context, 'python3', ['-c', head + program], { descriptors: [fd] })
  closeSync(fd)
  socket.setTimeout(60_000)
  return { child, socket }
}

async function finished(child: Child): Promise<void> {
  const { code, stderr } = await child.ended()
  assert.equal(code, 0, stderr)
}

test('sendFds: socket.recv_fds gets a socket and a file', { skip }, async (context) => {
  const { child, socket } = python(
    context,
    `
data, fds, flags, address = socket.recv_fds(s, 100, 3)
listener = socket.socket(fileno=fds[0])
say(data.decode(), len(fds), flags & socket.MSG_CTRUNC, listener.getsockname()[1], os.read(fds[1], 100).decode())
`,
  )
  const path = join(temporaryFolder(), 'file')
  writeFileSync(path, 'content')
  const file = openSync(path, 'r')
  using listener = createServer({ host: '127.0.0.1', port: 0 })
  socket.sendFds(['two ', 'descriptors'], [listener, file])
  assert.equal(await child.line(), `two descriptors 2 0 ${portOf(listener)} content`)
  await finished(child)
  closeSync(file)
  socket.close()
})

test('recvFds: what socket.send_fds sent is a socket and a pipe', { skip }, async (context) => {
  const { child, socket } = python(
    context,
    `
other = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
other.bind(('127.0.0.1', 0))
r, w = os.pipe()
os.write(w, b'through the pipe')
say(other.getsockname()[1])
socket.send_fds(s, [b'from ', b'python'], [other.fileno(), r])
`,
  )
  const { data, fds } = socket.recvFds(100, 5)!
  assert.deepEqual([data.toString(), fds.length], ['from python', 2])
  using datagrams = fds[0]!.toSocket()
  assert.equal(String(portOf(datagrams)), await child.line())
  const block = Buffer.alloc(100)
  assert.equal(block.toString('latin1', 0, readSync(fds[1]!.fd, block)), 'through the pipe')
  fds[1]!.close()
  await finished(child)
  socket.close()
})

test('credentials: each side sees the other', { skip }, async (context) => {
  const { child, socket } = python(
    context,
    `
s.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
say('ready')
own = struct.pack('3i', os.getpid(), os.getuid(), os.getgid())
s.sendmsg([b'c'], [(socket.SOL_SOCKET, socket.SCM_CREDENTIALS, own)])
data, control, flags, address = s.recvmsg(100, socket.CMSG_SPACE(12))
level, kind, bytes = control[0]
say(len(control), kind == socket.SCM_CREDENTIALS, *struct.unpack('3i', bytes))
`,
  )
  const [uid, gid] = [process.getuid!(), process.getgid!()]
  socket.setOption(SO_PASSCRED, true)
  assert.equal(await child.line(), 'ready')
  const { control } = socket.recvMsg(100)!
  assert.deepEqual(controlValue(control, 'SCM_CREDENTIALS'), { pid: child.pid, uid, gid })
  const value = { pid: process.pid, uid, gid }
  socket.sendMsg('c', { control: [{ name: 'SCM_CREDENTIALS', value }] })
  assert.equal(await child.line(), `1 True ${process.pid} ${uid} ${gid}`)
  await finished(child)
  socket.close()
})

test('datagrams: packet information, hops and timestamps', { skip }, async (context) => {
  const { child, socket } = python(
    context,
    `
u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
u.bind(('0.0.0.0', 0))
u.setsockopt(socket.IPPROTO_IP, 8, 1)
u.setsockopt(socket.IPPROTO_IP, socket.IP_RECVTTL if hasattr(socket, 'IP_RECVTTL') else 12, 1)
u.setsockopt(socket.SOL_SOCKET, 35, 1)
say(u.getsockname()[1])
data, control, flags, address = u.recvmsg(100, 1024)
for level, kind, bytes in control:
  if (level, kind) == (socket.IPPROTO_IP, 8):
    index, local, destination = struct.unpack('i4s4s', bytes)
    say('info', index, socket.inet_ntoa(local), socket.inet_ntoa(destination))
    info = bytes
  if (level, kind) == (socket.IPPROTO_IP, 2): say('ttl', *struct.unpack('i', bytes))
  if (level, kind) == (socket.SOL_SOCKET, 35): say('time', *struct.unpack('qq', bytes))
u.sendmsg([b're', b'ply'], [(socket.IPPROTO_IP, 8, info), (socket.IPPROTO_IP, 2, struct.pack('i', 9))], 0, address)
`,
  )
  const port = Number(await child.line())
  using ours = new Socket(AF_INET, SOCK_DGRAM)
  ours.bind({ host: '127.0.0.1', port: 0 })
  for (const option of [IP_PKTINFO, IP_RECVTTL, SO_TIMESTAMPNS]) ours.setOption(option, true)
  const before = BigInt(Date.now() - 1) * 1_000_000n
  ours.sendMsg('question', { address: { host: '127.0.0.9', port }, control: [{ name: 'IP_TTL', value: 5 }] })
  const lines = [await child.line(), await child.line(), await child.line()]
  const timeLine = lines.find((line) => line.startsWith('time '))!
  const [, seconds, nanoseconds] = timeLine.split(' ')
  const theirs = BigInt(seconds!) * 1_000_000_000n + BigInt(nanoseconds!)
  assert.ok(theirs >= before && theirs <= BigInt(Date.now() + 1) * 1_000_000n, timeLine)
  assert.ok(lines.includes('ttl 5'))
  const reply = ours.recvMsg(100, { timeout: 60_000 })!
  const info = controlValue(reply.control, 'IP_PKTINFO')!
  assert.ok(lines.includes(`info ${info.interface} 127.0.0.9 127.0.0.9`), lines.join())
  assert.deepEqual([reply.data.toString(), reply.address], ['reply', { family: 'inet', host: '127.0.0.9', port }])
  assert.equal(controlValue(reply.control, 'IP_TTL'), 9)
  assert.ok(controlValue(reply.control, 'SCM_TIMESTAMPNS')! >= theirs)
  await finished(child)
  socket.close()
})
