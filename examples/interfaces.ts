// The network interfaces by rtnetlink: one request asks the kernel for all links, as `ip -j link` does.
//   node dist/examples/interfaces.js
import { AF_NETLINK, NETLINK_ROUTE, SOCK_RAW, Socket } from 'berkeley'

const RTM_GETLINK = 18
const NLM_F_REQUEST_DUMP = 0x301
const [NLMSG_ERROR, NLMSG_DONE] = [2, 3]
const [IFLA_ADDRESS, IFLA_IFNAME, IFLA_MTU] = [1, 3, 4]
const [MESSAGE_HEADER_BYTES, LINK_HEADER_BYTES] = [16, 16]

// Numbers of netlink are in the byte order of the machine.
const little = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1
const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
const aligned = (length: number): number => (length + 3) & ~3

/** The attributes of a message: each has a length and a type in front. */
function* attributes(bytes: Buffer): Generator<[type: number, value: Buffer]> {
  for (let at = 0; at + 4 <= bytes.length; ) {
    const length = viewOf(bytes).getUint16(at, little)
    if (length < 4) return
    yield [viewOf(bytes).getUint16(at + 2, little), bytes.subarray(at + 4, at + length)]
    at += aligned(length)
  }
}

function linkOf(message: Buffer): object {
  const values = new Map(attributes(message.subarray(MESSAGE_HEADER_BYTES + LINK_HEADER_BYTES)))
  return {
    ifindex: viewOf(message).getInt32(MESSAGE_HEADER_BYTES + 4, little),
    ifname: values.get(IFLA_IFNAME)?.toString().replace(/\0$/, ''),
    mtu: viewOf(values.get(IFLA_MTU)!).getUint32(0, little),
    address: values.get(IFLA_ADDRESS)?.toString('hex').replace(/..\B/g, '$&:'),
  }
}

const request = Buffer.alloc(MESSAGE_HEADER_BYTES + LINK_HEADER_BYTES)
viewOf(request).setUint32(0, request.length, little)
viewOf(request).setUint16(4, RTM_GETLINK, little)
viewOf(request).setUint16(6, NLM_F_REQUEST_DUMP, little)

using socket = new Socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE)
socket.bind({ pid: 0 })
socket.sendTo(request, { family: 'netlink', pid: 0 })

const links: object[] = []
for (let done = false; !done; ) {
  // Messages come several in a datagram, and end with one of type NLMSG_DONE.
  const { data, truncated } = socket.recvMsg(65536, { timeout: 5000 })!
  if (truncated) throw new Error('a message has more than 65536 bytes')
  for (let at = 0; at < data.length && !done; ) {
    const length = viewOf(data).getUint32(at, little)
    const type = viewOf(data).getUint16(at + 4, little)
    if (type === NLMSG_ERROR)
      throw new Error(`the kernel refuses the request: ${viewOf(data).getInt32(at + 16, little)}`)
    done = type === NLMSG_DONE
    if (!done) links.push(linkOf(data.subarray(at, at + length)))
    at += aligned(length)
  }
}
console.log(JSON.stringify(links))
