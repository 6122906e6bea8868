// Batches of UDP datagrams over loopback, sent and received in one thread. `batch`: 64 of 64 bytes. `datagrams`: 50 of 1200
// bytes. With `-joined` after the name, the kernel splits and joins them.
import { type AddressInput, AF_INET, DatagramBatch, SOCK_DGRAM, Socket, UDP_GRO } from 'berkeley'
import { check, measure, variant } from '../shared/measure.js'

const [PER_BATCH, BYTES] = variant.startsWith('batch') ? [64, 64] : [50, 1200]
const isJoined = variant.endsWith('-joined')

const [from, to] = [new Socket(AF_INET, SOCK_DGRAM), new Socket(AF_INET, SOCK_DGRAM)]
for (const socket of [from, to]) socket.bind({ host: '127.0.0.1', port: 0 })
if (isJoined) to.setOption(UDP_GRO, true)
const target = to.getSockName() as AddressInput
const outgoing = new DatagramBatch(PER_BATCH, isJoined ? 65536 : BYTES)
if (isJoined) outgoing.add(Buffer.alloc(PER_BATCH * BYTES), target, BYTES)
else while (outgoing.add(Buffer.alloc(BYTES), target));
const incoming = new DatagramBatch(PER_BATCH, isJoined ? 65536 : BYTES)

/** How many datagrams a batch has, those counted that are joined. */
function datagramsIn(batch: DatagramBatch): number {
  if (!isJoined) return batch.length
  let count = 0
  for (let index = 0; index < batch.length; index++) count += batch.data(index).length / BYTES
  return count
}

function run(operations: number): void {
  for (let done = 0; done < operations; done += PER_BATCH) {
    check(from.sendBatch(outgoing) === outgoing.length, 'short batch')
    for (let received = 0; received < PER_BATCH; received += datagramsIn(incoming)) to.recvBatch(incoming)
  }
}

await measure(run, BYTES)
