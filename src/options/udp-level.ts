// The options of UDP: IPPROTO_UDP, udp(7) and linux/udp.h.

import { IPPROTO_UDP } from '../native/generated/constants.js'
import { bool, integer } from './codecs.js'
import { both, level } from './row.js'

const HEADER = 'linux/udp.h'

/** The rows of IPPROTO_UDP. */
export const udpLevel = level(
  { level: IPPROTO_UDP, levelName: 'IPPROTO_UDP', families: ['inet', 'inet6'], types: ['dgram'], man: 'udp(7)' },
  {
    UDP_CORK: both(bool, 'Gathers what is sent into one datagram, until it is cleared.', { since: '2.5.44' }),
    UDP_ENCAP: both(
      integer({ min: 0, max: 255 }),
      'Which protocol is wrapped in the datagrams: 1 and 2 IPsec, 3 L2TP, 4 and 5 GTP, 6 RxRPC.',
      { since: '2.5.67', man: HEADER },
    ),
    UDP_GRO: both(bool, 'Receives datagrams of one sender joined, and tells the size of each.', {
      since: '5.0',
      man: HEADER,
    }),
    UDP_NO_CHECK6_RX: both(bool, 'Takes datagrams over IPv6 without a checksum.', { since: '3.16', man: HEADER }),
    UDP_NO_CHECK6_TX: both(bool, 'Sends datagrams over IPv6 without a checksum.', { since: '3.16', man: HEADER }),
    UDP_SEGMENT: both(
      integer({ min: 0, max: 65535, unit: 'bytes' }),
      'What is sent in one call goes out as datagrams of this size; 0: as one.',
      { since: '4.18', man: HEADER },
    ),
  },
)
