// The memory of a program that grows while a call waits in the kernel: by JavaScript that a debugger runs during the wait,
// which detaches the views of the memory, or by another thread of a program that shares it. The call takes its memory anew.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fixture, succeeds } from '../support/child.js'
import { noThreadStates, startWorker, thisThread } from '../support/threads.js'
import { WasmMemory, WasmProgram } from '../support/wasm-program.js'

const limits = { timeout: 60_000, skip: noThreadStates }

for (const name of [
  'recvfrom: few bytes',
  'recvfrom: room for many bytes',
  'recvfrom: MSG_WAITALL after a part',
  'recvfrom: a datagram and its sender',
  'fd_read: one part, and several',
  'recvmsg: the parts',
  'sendto, sendmsg: a queue that is full',
  'poll, select: the results',
]) {
  test(`memory that grows during a wait: ${name}`, limits, async (context) => {
    await succeeds(context, fixture('emscripten/growing-memory'), [name])
  })
}

test('memory that grows during a wait: shared memory, by another thread', limits, async (context) => {
  const memory = new WasmMemory({ initial: 1, maximum: 4, shared: true })
  const program = new WasmProgram({}, memory)
  context.after(() => program.close())
  const { fd, port } = program.listener()
  const { worker, next } = startWorker('emscripten/growing-worker', { context })
  assert.equal(await next(), 'listens')
  const length = program.placeInts(16)
  // The address is written to memory that is not there when the call begins.
  const peer = program.size + 1024
  worker.postMessage({ memory, thread: thisThread(), port })
  assert.ok(program.call('__syscall_accept4', fd, peer, length, 0) > fd)
  assert.deepEqual([...program.bytes(peer, 2), ...program.bytes(peer + 4, 4)], [2, 0, 127, 0, 0, 1])
})

test('memory that grows while the policy is asked: the data of sendto and sendmsg is sent', (context) => {
  let program: WasmProgram | undefined
  const allow = (): boolean => {
    program?.grow()
    return true
  }
  program = new WasmProgram({ allow })
  context.after(() => program.close())
  const [from, to] = [0, 1].map(() => {
    const fd = program.call('__syscall_socket', 2, 2, 0)
    program.call('__syscall_bind', fd, program.address(0), 16)
    return fd
  }) as [number, number]
  const [name, room] = [program.allocate(16), program.allocate(16)]
  program.call('__syscall_getsockname', to, name, program.placeInts(16))
  assert.equal(program.call('__syscall_sendto', from, program.place('sendto'), 6, 0, name, 16), 6)
  assert.equal(program.call('__syscall_recvfrom', to, room, 16, 0, 0, 0), 6)
  const header = program.placeInts(name, 16, program.placeInts(program.place('sendmsg'), 7), 1, 0, 0, 0)
  assert.equal(program.call('__syscall_sendmsg', from, header, 0), 7)
  assert.equal(program.call('__syscall_recvfrom', to, room, 16, 0, 0, 0), 7)
  assert.equal(program.bytes(room, 7).toString(), 'sendmsg')
})
