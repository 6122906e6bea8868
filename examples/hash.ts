// A hash by AF_ALG: the kernel's cryptography computes what sha256sum does.
//   node dist/examples/hash.js sha256 /etc/hostname
import { closeSync, openSync, readSync } from 'node:fs'
import { AF_ALG, MSG_MORE, SOCK_SEQPACKET, Socket, socketSupport } from 'berkeley'

const [name = 'sha256', path = '/etc/hostname'] = process.argv.slice(2)
if (socketSupport(AF_ALG, SOCK_SEQPACKET) !== 'available') throw new Error('this kernel has no AF_ALG')
const MAX_DIGEST_BYTES = 64

using algorithm = new Socket(AF_ALG, SOCK_SEQPACKET)
algorithm.bind({ family: 'alg', type: 'hash', name })
// An accepted socket is one operation: it takes data, and returns the digest.
using operation = algorithm.accept()

const file = openSync(path, 'r')
const chunk = Buffer.alloc(65536)
for (let length = -1; length !== 0; ) {
  length = readSync(file, chunk)
  // Without MSG_MORE the first send would be the whole message. The receive ends it.
  operation.sendAll(chunk.subarray(0, length), { flags: MSG_MORE })
}
closeSync(file)
console.log(`${operation.recv(MAX_DIGEST_BYTES)!.toString('hex')}  ${path}`)
