// A packet sniffer: shows the UDP datagrams of one port on an interface, which a BPF program picks out in the kernel.
//   node dist/examples/sniff.js lo 5300
import { AF_PACKET, ETH_P_IP, type FilterInstruction, SO_ATTACH_FILTER, SOCK_DGRAM, Socket } from 'berkeley'

const [device = 'lo', port = '53', count = 'Infinity'] = process.argv.slice(2)

/** As `tcpdump -ddd` prints it, but without an Ethernet header: SOCK_DGRAM begins at the header of IP. */
const filter = (number: number): FilterInstruction[] => [
  [0x30, 0, 0, 9], //       ldb [9]                the protocol
  [0x15, 0, 8, 17], //      jeq #17, next, drop    UDP
  [0x28, 0, 0, 6], //       ldh [6]
  [0x45, 6, 0, 0x1fff], //  jset #0x1fff, drop     not the first fragment
  [0xb1, 0, 0, 0], //       ldxb 4*([0]&0xf)       the length of the header
  [0x48, 0, 0, 0], //       ldh [x + 0]            the source port
  [0x15, 2, 0, number], //  jeq #port, accept
  [0x48, 0, 0, 2], //       ldh [x + 2]            the destination port
  [0x15, 0, 1, number], //  jeq #port, accept, drop
  [0x06, 0, 0, 0x40000], // accept: ret #262144
  [0x06, 0, 0, 0], //       drop: ret #0
]

// Without a protocol it receives nothing before it is bound, so no packet passes ahead of the filter.
using socket = new Socket(AF_PACKET, SOCK_DGRAM)
socket.setOption(SO_ATTACH_FILTER, filter(Number(port)))
socket.bind({ interface: device, protocol: ETH_P_IP })
console.log(`listening on ${device}, UDP port ${port}`)

for (let seen = 0; seen < Number(count); seen++) {
  const { data } = socket.recvFrom(65536)
  const udp = data.subarray((data[0]! & 0x0f) * 4)
  const end = (address: number, at: number): string =>
    `${data.subarray(address, address + 4).join('.')}.${udp.readUInt16BE(at)}`
  console.log(`${end(12, 0)} > ${end(16, 2)}: UDP, length ${udp.readUInt16BE(4) - 8}`)
}
