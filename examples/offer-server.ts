// A server in the manner of DHCP: receives broadcasts of clients that have no address yet, and replies on the interface
// that each arrived on, from the address of this machine there.
//   node dist/examples/offer-server.js 6767
import {
  AF_INET,
  controlValue,
  IP_PKTINFO,
  ifIndexToName,
  SO_BROADCAST,
  SO_REUSEADDR,
  SOCK_DGRAM,
  Socket,
} from 'berkeley'

const [port = '6767'] = process.argv.slice(2)

const socket = new Socket(AF_INET, SOCK_DGRAM)
socket.setOption(SO_REUSEADDR, true)
socket.setOption(SO_BROADCAST, true)
socket.setOption(IP_PKTINFO, true)
socket.bind({ host: '', port: Number(port) })
console.log('listening on port:', (socket.getSockName() as { port: number }).port)

for (;;) {
  const { data, address, control } = socket.recvMsg(1500)!
  const arrival = controlValue(control, 'IP_PKTINFO')
  if (arrival === undefined || address?.family !== 'inet') continue
  const { interface: index, local } = arrival
  console.log(`${data} on ${ifIndexToName(index)}`)
  // The client has no address to which a packet could be routed: the reply is a broadcast, out of one interface.
  socket.sendMsg(`offer from ${local}`, {
    address: { host: '255.255.255.255', port: address.port },
    control: [{ name: 'IP_PKTINFO', value: { interface: index, local } }],
  })
}
