// The options of UDP at IPPROTO_UDP, udp(7) and linux/udp.h.

import { IPPROTO_UDP } from '../native/generated/constants.js'
import { bool, integer } from './codecs.js'
import { optionLevel, readWrite } from './row.js'

const HEADER = 'linux/udp.h'

/** The options at IPPROTO_UDP. */
export const udpLevel = optionLevel(
  { level: IPPROTO_UDP, levelName: 'IPPROTO_UDP', families: ['inet', 'inet6'], types: ['dgram'], man: 'udp(7)' },
  {
    UDP_CORK: readWrite(bool, 'Collects the data of several sends into one datagram until it is cleared.', {
      since: '2.5.44',
    }),
    UDP_ENCAP: readWrite(
      integer({ min: 0, max: 255 }),
      'The protocol that datagrams encapsulate: 1 and 2 IPsec, 3 L2TP, 4 and 5 GTP, 6 RxRPC.',
      { since: '2.5.67', man: HEADER },
    ),
    UDP_GRO: readWrite(
      bool,
      'Receives several datagrams of one sender as one, and delivers the size of each as ancillary data.',
      {
        since: '5.0',
        man: HEADER,
      },
    ),
    UDP_NO_CHECK6_RX: readWrite(bool, 'Accepts datagrams over IPv6 without a checksum.', {
      since: '3.16',
      man: HEADER,
    }),
    UDP_NO_CHECK6_TX: readWrite(bool, 'Sends datagrams over IPv6 without a checksum.', { since: '3.16', man: HEADER }),
    UDP_SEGMENT: readWrite(
      integer({ min: 0, max: 65535, unit: 'bytes' }),
      'Splits the data of one send into datagrams of this size; 0 sends it as one.',
      { since: '4.18', man: HEADER },
    ),
  },
)
