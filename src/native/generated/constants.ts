// Made by `npm run generate` from native/constants.def: change that list instead.

import { native } from '../addon.js'
import type {
  AddressInfoFlag,
  AddressPreference,
  AddressValue,
  AlgorithmValue,
  BufferLock,
  Clock,
  ControlType,
  Family,
  Level,
  Limit,
  MessageFlag,
  NameInfoFlag,
  PathMtuDiscovery,
  PollEvent,
  Protocol,
  Shutdown,
  SocketType,
  TcpState,
  TimestampingFlag,
  TransmitTimeFlag,
  TypeOfService,
} from '../constant-kinds.js'

/** The value that this system gives to a name, or -1. */
function constant<Kind extends number>(name: string): Kind {
  return (native.constants[name] ?? -1) as Kind
}

// address families, socket(2)

/** Any family; in a lookup, both IPv4 and IPv6. */
export const AF_UNSPEC: Family = constant('AF_UNSPEC')
/** IPv4, ip(7). */
export const AF_INET: Family = constant('AF_INET')
/** IPv6, ipv6(7). */
export const AF_INET6: Family = constant('AF_INET6')
/** Local sockets, addressed by a path or an abstract name, unix(7). */
export const AF_UNIX: Family = constant('AF_UNIX')
/** The POSIX name of AF_UNIX. */
export const AF_LOCAL: Family = constant('AF_LOCAL')
/** Messages to and from the kernel, netlink(7). */
export const AF_NETLINK: Family = constant('AF_NETLINK')
/** Routing messages on BSD; on Linux a synonym of AF_NETLINK. */
export const AF_ROUTE: Family = constant('AF_ROUTE')
/** Packets at the level of the device, packet(7). */
export const AF_PACKET: Family = constant('AF_PACKET')
/** Connections between a virtual machine and its host, vsock(7). */
export const AF_VSOCK: Family = constant('AF_VSOCK')
/** The Controller Area Network of vehicles and machines. */
export const AF_CAN: Family = constant('AF_CAN')
/** Bluetooth: L2CAP, RFCOMM, SCO and HCI. */
export const AF_BLUETOOTH: Family = constant('AF_BLUETOOTH')
/** The kernel's cryptography. */
export const AF_ALG: Family = constant('AF_ALG')
/** Express data path: packets through shared rings. */
export const AF_XDP: Family = constant('AF_XDP')
/** Transparent inter-process communication in clusters. */
export const AF_TIPC: Family = constant('AF_TIPC')
/** TCP-like streams over remote direct memory access. */
export const AF_SMC: Family = constant('AF_SMC')
/** Reliable Datagram Sockets, used in Oracle clusters. */
export const AF_RDS: Family = constant('AF_RDS')
/** InfiniBand addresses. */
export const AF_IB: Family = constant('AF_IB')
/** Multiprotocol label switching. */
export const AF_MPLS: Family = constant('AF_MPLS')
/** Key management for IPsec. */
export const AF_KEY: Family = constant('AF_KEY')
/** The kernel's connection multiplexor. */
export const AF_KCM: Family = constant('AF_KCM')
/** Inter-processor routing of Qualcomm devices. */
export const AF_QIPCRTR: Family = constant('AF_QIPCRTR')
/** The Phonet protocol of Nokia modems. */
export const AF_PHONET: Family = constant('AF_PHONET')
/** Near-field communication. */
export const AF_NFC: Family = constant('AF_NFC')
/** Low-rate wireless personal networks. */
export const AF_IEEE802154: Family = constant('AF_IEEE802154')
/** The CAIF protocol of ST-Ericsson modems. */
export const AF_CAIF: Family = constant('AF_CAIF')
/** The kernel's ISDN stack. */
export const AF_ISDN: Family = constant('AF_ISDN')
/** Communication between the virtual machines of a mainframe. */
export const AF_IUCV: Family = constant('AF_IUCV')
/** Remote procedure calls of AFS. */
export const AF_RXRPC: Family = constant('AF_RXRPC')
/** The management component transport protocol. */
export const AF_MCTP: Family = constant('AF_MCTP')
/** Point-to-point protocol over Ethernet and tunnels. */
export const AF_PPPOX: Family = constant('AF_PPPOX')
/** Logical link control of IEEE 802.2. */
export const AF_LLC: Family = constant('AF_LLC')
/** AppleTalk, ddp(7). */
export const AF_APPLETALK: Family = constant('AF_APPLETALK')
/** Amateur radio packets. */
export const AF_AX25: Family = constant('AF_AX25')
/** Amateur radio packets over AX.25. */
export const AF_NETROM: Family = constant('AF_NETROM')
/** Amateur radio packets over AX.25. */
export const AF_ROSE: Family = constant('AF_ROSE')
/** X.25, x25(7). */
export const AF_X25: Family = constant('AF_X25')
/** Permanent circuits of ATM. */
export const AF_ATMPVC: Family = constant('AF_ATMPVC')
/** Switched circuits of ATM. */
export const AF_ATMSVC: Family = constant('AF_ATMSVC')

// socket types, socket(2)

/** A connection that carries a stream of bytes in order. */
export const SOCK_STREAM: SocketType = constant('SOCK_STREAM')
/** Separate messages, which may be lost. */
export const SOCK_DGRAM: SocketType = constant('SOCK_DGRAM')
/** A connection that carries messages in order. */
export const SOCK_SEQPACKET: SocketType = constant('SOCK_SEQPACKET')
/** Raw packets of a lower protocol. */
export const SOCK_RAW: SocketType = constant('SOCK_RAW')
/** Messages that are not lost but may arrive out of order. */
export const SOCK_RDM: SocketType = constant('SOCK_RDM')
/** Datagrams with congestion control. */
export const SOCK_DCCP: SocketType = constant('SOCK_DCCP')

// protocols; some are also levels of options

/** The default protocol of the family; as a level, the options of ip(7). */
export const IPPROTO_IP: Protocol = constant('IPPROTO_IP')
/** Control messages of IPv4, icmp(7). */
export const IPPROTO_ICMP: Protocol = constant('IPPROTO_ICMP')
/** Group management of IPv4. */
export const IPPROTO_IGMP: Protocol = constant('IPPROTO_IGMP')
/** IPv4 in IPv4. */
export const IPPROTO_IPIP: Protocol = constant('IPPROTO_IPIP')
/** Streams; as a level, the options of tcp(7). */
export const IPPROTO_TCP: Protocol = constant('IPPROTO_TCP')
/** Exterior Gateway Protocol. */
export const IPPROTO_EGP: Protocol = constant('IPPROTO_EGP')
/** Xerox PUP. */
export const IPPROTO_PUP: Protocol = constant('IPPROTO_PUP')
/** Datagrams; as a level, the options of udp(7). */
export const IPPROTO_UDP: Protocol = constant('IPPROTO_UDP')
/** Xerox internet datagrams. */
export const IPPROTO_IDP: Protocol = constant('IPPROTO_IDP')
/** Datagrams with congestion control. */
export const IPPROTO_DCCP: Protocol = constant('IPPROTO_DCCP')
/** IPv6 in IP; as a level, the options of ipv6(7). */
export const IPPROTO_IPV6: Protocol = constant('IPPROTO_IPV6')
/** The routing header of IPv6. */
export const IPPROTO_ROUTING: Protocol = constant('IPPROTO_ROUTING')
/** The fragment header of IPv6. */
export const IPPROTO_FRAGMENT: Protocol = constant('IPPROTO_FRAGMENT')
/** Resource reservation. */
export const IPPROTO_RSVP: Protocol = constant('IPPROTO_RSVP')
/** Generic routing encapsulation. */
export const IPPROTO_GRE: Protocol = constant('IPPROTO_GRE')
/** Encrypted payload of IPsec. */
export const IPPROTO_ESP: Protocol = constant('IPPROTO_ESP')
/** Authentication header of IPsec. */
export const IPPROTO_AH: Protocol = constant('IPPROTO_AH')
/** Control messages of IPv6. */
export const IPPROTO_ICMPV6: Protocol = constant('IPPROTO_ICMPV6')
/** No next header. */
export const IPPROTO_NONE: Protocol = constant('IPPROTO_NONE')
/** The destination options header of IPv6. */
export const IPPROTO_DSTOPTS: Protocol = constant('IPPROTO_DSTOPTS')
/** The hop-by-hop options header of IPv6. */
export const IPPROTO_HOPOPTS: Protocol = constant('IPPROTO_HOPOPTS')
/** Protocol-independent multicast. */
export const IPPROTO_PIM: Protocol = constant('IPPROTO_PIM')
/** Compressed payload. */
export const IPPROTO_COMP: Protocol = constant('IPPROTO_COMP')
/** Streams of messages over several paths, sctp(7). */
export const IPPROTO_SCTP: Protocol = constant('IPPROTO_SCTP')
/** Datagrams with a partial checksum, udplite(7). */
export const IPPROTO_UDPLITE: Protocol = constant('IPPROTO_UDPLITE')
/** Multiprotocol label switching in IP. */
export const IPPROTO_MPLS: Protocol = constant('IPPROTO_MPLS')
/** Ethernet in IPv6. */
export const IPPROTO_ETHERNET: Protocol = constant('IPPROTO_ETHERNET')
/** Raw packets that include their IP header, raw(7). */
export const IPPROTO_RAW: Protocol = constant('IPPROTO_RAW')
/** Multipath TCP: one connection over several paths. */
export const IPPROTO_MPTCP: Protocol = constant('IPPROTO_MPTCP')
/** Netlink: links, addresses and routes, rtnetlink(7). */
export const NETLINK_ROUTE: Protocol = constant('NETLINK_ROUTE')
/** Netlink: messages between programs. */
export const NETLINK_USERSOCK: Protocol = constant('NETLINK_USERSOCK')
/** Netlink: the state of sockets, sock_diag(7). */
export const NETLINK_SOCK_DIAG: Protocol = constant('NETLINK_SOCK_DIAG')
/** Netlink: IPsec. */
export const NETLINK_XFRM: Protocol = constant('NETLINK_XFRM')
/** Netlink: events of SELinux. */
export const NETLINK_SELINUX: Protocol = constant('NETLINK_SELINUX')
/** Netlink: auditing. */
export const NETLINK_AUDIT: Protocol = constant('NETLINK_AUDIT')
/** Netlink: the kernel's connector. */
export const NETLINK_CONNECTOR: Protocol = constant('NETLINK_CONNECTOR')
/** Netlink: the packet filter. */
export const NETLINK_NETFILTER: Protocol = constant('NETLINK_NETFILTER')
/** Netlink: devices that are added and removed. */
export const NETLINK_KOBJECT_UEVENT: Protocol = constant('NETLINK_KOBJECT_UEVENT')
/** Netlink: generic families, which are looked up by name. */
export const NETLINK_GENERIC: Protocol = constant('NETLINK_GENERIC')
/** Netlink: cryptography. */
export const NETLINK_CRYPTO: Protocol = constant('NETLINK_CRYPTO')
/** CAN: raw frames. */
export const CAN_RAW: Protocol = constant('CAN_RAW')
/** CAN: cyclic transmission and filtering by the kernel. */
export const CAN_BCM: Protocol = constant('CAN_BCM')
/** CAN: long messages, ISO 15765-2. */
export const CAN_ISOTP: Protocol = constant('CAN_ISOTP')
/** CAN: SAE J1939. */
export const CAN_J1939: Protocol = constant('CAN_J1939')
/** Ethernet: every packet. AF_PACKET takes it in network byte order. */
export const ETH_P_ALL: Protocol = constant('ETH_P_ALL')
/** Ethernet: IPv4. */
export const ETH_P_IP: Protocol = constant('ETH_P_IP')
/** Ethernet: address resolution. */
export const ETH_P_ARP: Protocol = constant('ETH_P_ARP')
/** Ethernet: IPv6. */
export const ETH_P_IPV6: Protocol = constant('ETH_P_IPV6')
/** Ethernet: virtual LANs. */
export const ETH_P_8021Q: Protocol = constant('ETH_P_8021Q')
/** Bluetooth: channels of packets over a link. */
export const BTPROTO_L2CAP: Protocol = constant('BTPROTO_L2CAP')
/** Bluetooth: commands and events of a controller. */
export const BTPROTO_HCI: Protocol = constant('BTPROTO_HCI')
/** Bluetooth: links for voice. */
export const BTPROTO_SCO: Protocol = constant('BTPROTO_SCO')
/** Bluetooth: streams that emulate serial ports. */
export const BTPROTO_RFCOMM: Protocol = constant('BTPROTO_RFCOMM')

// values of addresses

/** AF_VSOCK: any context; for bind. */
export const VMADDR_CID_ANY: AddressValue = constant('VMADDR_CID_ANY')
/** AF_VSOCK: the hypervisor. */
export const VMADDR_CID_HYPERVISOR: AddressValue = constant('VMADDR_CID_HYPERVISOR')
/** AF_VSOCK: this machine itself, where the kernel has the loopback transport. */
export const VMADDR_CID_LOCAL: AddressValue = constant('VMADDR_CID_LOCAL')
/** AF_VSOCK: the host of this virtual machine. */
export const VMADDR_CID_HOST: AddressValue = constant('VMADDR_CID_HOST')
/** AF_VSOCK: bind chooses a port. */
export const VMADDR_PORT_ANY: AddressValue = constant('VMADDR_PORT_ANY')
/** AF_VSOCK: the packets go through the host, whatever the context is. */
export const VMADDR_FLAG_TO_HOST: AddressValue = constant('VMADDR_FLAG_TO_HOST')
/** AF_PACKET: the packet was sent to this machine. */
export const PACKET_HOST: AddressValue = constant('PACKET_HOST')
/** AF_PACKET: the packet was sent to all stations. */
export const PACKET_BROADCAST: AddressValue = constant('PACKET_BROADCAST')
/** AF_PACKET: the packet was sent to a group. */
export const PACKET_MULTICAST: AddressValue = constant('PACKET_MULTICAST')
/** AF_PACKET: the packet was sent to another machine. */
export const PACKET_OTHERHOST: AddressValue = constant('PACKET_OTHERHOST')
/** AF_PACKET: this machine sends the packet. */
export const PACKET_OUTGOING: AddressValue = constant('PACKET_OUTGOING')
/** AF_NETLINK, NETLINK_ROUTE: the group of changes of interfaces. */
export const RTMGRP_LINK: AddressValue = constant('RTMGRP_LINK')
/** AF_NETLINK, NETLINK_ROUTE: the group of changes of neighbours. */
export const RTMGRP_NEIGH: AddressValue = constant('RTMGRP_NEIGH')
/** AF_NETLINK, NETLINK_ROUTE: the group of changes of IPv4 addresses. */
export const RTMGRP_IPV4_IFADDR: AddressValue = constant('RTMGRP_IPV4_IFADDR')
/** AF_NETLINK, NETLINK_ROUTE: the group of changes of IPv4 routes. */
export const RTMGRP_IPV4_ROUTE: AddressValue = constant('RTMGRP_IPV4_ROUTE')
/** AF_NETLINK, NETLINK_ROUTE: the group of changes of IPv6 addresses. */
export const RTMGRP_IPV6_IFADDR: AddressValue = constant('RTMGRP_IPV6_IFADDR')
/** AF_NETLINK, NETLINK_ROUTE: the group of changes of IPv6 routes. */
export const RTMGRP_IPV6_ROUTE: AddressValue = constant('RTMGRP_IPV6_ROUTE')
/** AF_CAN: the identifier has 29 bits. */
export const CAN_EFF_FLAG: AddressValue = constant('CAN_EFF_FLAG')
/** AF_CAN: the frame requests data. */
export const CAN_RTR_FLAG: AddressValue = constant('CAN_RTR_FLAG')
/** AF_CAN: the frame reports an error. */
export const CAN_ERR_FLAG: AddressValue = constant('CAN_ERR_FLAG')
/** AF_CAN, CAN_J1939: no address, or all of them. */
export const J1939_NO_ADDR: AddressValue = constant('J1939_NO_ADDR')
/** AF_CAN, CAN_J1939: the address of a node without one. */
export const J1939_IDLE_ADDR: AddressValue = constant('J1939_IDLE_ADDR')
/** AF_CAN, CAN_J1939: any parameter group. */
export const J1939_NO_PGN: AddressValue = constant('J1939_NO_PGN')
/** AF_TIPC: a service is known in the whole cluster. */
export const TIPC_CLUSTER_SCOPE: AddressValue = constant('TIPC_CLUSTER_SCOPE')
/** AF_TIPC: a service is known on this node. */
export const TIPC_NODE_SCOPE: AddressValue = constant('TIPC_NODE_SCOPE')
/** AF_BLUETOOTH: an address of classic Bluetooth. */
export const BDADDR_BREDR: AddressValue = constant('BDADDR_BREDR')
/** AF_BLUETOOTH: a public address of Low Energy. */
export const BDADDR_LE_PUBLIC: AddressValue = constant('BDADDR_LE_PUBLIC')
/** AF_BLUETOOTH: a random address of Low Energy. */
export const BDADDR_LE_RANDOM: AddressValue = constant('BDADDR_LE_RANDOM')
/** AF_BLUETOOTH, BTPROTO_HCI: commands and events. */
export const HCI_CHANNEL_RAW: AddressValue = constant('HCI_CHANNEL_RAW')
/** AF_BLUETOOTH, BTPROTO_HCI: exclusive use of the controller. */
export const HCI_CHANNEL_USER: AddressValue = constant('HCI_CHANNEL_USER')
/** AF_BLUETOOTH, BTPROTO_HCI: a copy of all packets. */
export const HCI_CHANNEL_MONITOR: AddressValue = constant('HCI_CHANNEL_MONITOR')
/** AF_BLUETOOTH, BTPROTO_HCI: management of controllers. */
export const HCI_CHANNEL_CONTROL: AddressValue = constant('HCI_CHANNEL_CONTROL')

// AF_ALG, in the Linux kernel's documentation "User Space Interface" of its Crypto API

/** Encrypts: a value of ALG_SET_OP. */
export const ALG_OP_ENCRYPT: AlgorithmValue = constant('ALG_OP_ENCRYPT')
/** Decrypts: a value of ALG_SET_OP. */
export const ALG_OP_DECRYPT: AlgorithmValue = constant('ALG_OP_DECRYPT')
/** Control message, at SOL_ALG: what to do with the data. */
export const ALG_SET_OP: ControlType = constant('ALG_SET_OP')
/** Control message, at SOL_ALG: the initialization vector. */
export const ALG_SET_IV: ControlType = constant('ALG_SET_IV')
/** Control message, at SOL_ALG: how much of the data is only authenticated. */
export const ALG_SET_AEAD_ASSOCLEN: ControlType = constant('ALG_SET_AEAD_ASSOCLEN')
/** The option that sets the key, at SOL_ALG. */
export const ALG_SET_KEY: AlgorithmValue = constant('ALG_SET_KEY')
/** The option that sets how long the tag of authenticated encryption is, at SOL_ALG. */
export const ALG_SET_AEAD_AUTHSIZE: AlgorithmValue = constant('ALG_SET_AEAD_AUTHSIZE')
/** The option that seeds a random number generator, at SOL_ALG. */
export const ALG_SET_DRBG_ENTROPY: AlgorithmValue = constant('ALG_SET_DRBG_ENTROPY')

// flags of recv(2) and send(2)

/** Urgent data. */
export const MSG_OOB: MessageFlag = constant('MSG_OOB')
/** Receives data and leaves it in the queue. */
export const MSG_PEEK: MessageFlag = constant('MSG_PEEK')
/** Sends to directly connected hosts only, without a gateway. */
export const MSG_DONTROUTE: MessageFlag = constant('MSG_DONTROUTE')
/** Ancillary data was truncated because the buffer was too small. */
export const MSG_CTRUNC: MessageFlag = constant('MSG_CTRUNC')
/** A datagram was truncated. Given to recv: return its full length. */
export const MSG_TRUNC: MessageFlag = constant('MSG_TRUNC')
/** Makes this call non-blocking. */
export const MSG_DONTWAIT: MessageFlag = constant('MSG_DONTWAIT')
/** The end of a record. */
export const MSG_EOR: MessageFlag = constant('MSG_EOR')
/** Receives until the buffer is full or the stream ends. */
export const MSG_WAITALL: MessageFlag = constant('MSG_WAITALL')
/** Confirms that the neighbour has replied, so that the link layer does not probe it. */
export const MSG_CONFIRM: MessageFlag = constant('MSG_CONFIRM')
/** Receives from the error queue. */
export const MSG_ERRQUEUE: MessageFlag = constant('MSG_ERRQUEUE')
/** Raises no SIGPIPE; berkeley always sets it. */
export const MSG_NOSIGNAL: MessageFlag = constant('MSG_NOSIGNAL')
/** More data will follow: holds back a partial packet. */
export const MSG_MORE: MessageFlag = constant('MSG_MORE')
/** recvmmsg: does not wait after the first message. */
export const MSG_WAITFORONE: MessageFlag = constant('MSG_WAITFORONE')
/** sendmmsg: more messages will follow. */
export const MSG_BATCH: MessageFlag = constant('MSG_BATCH')
/** Sends without copying; see SO_ZEROCOPY. */
export const MSG_ZEROCOPY: MessageFlag = constant('MSG_ZEROCOPY')
/** Sends in the SYN of a new TCP connection. */
export const MSG_FASTOPEN: MessageFlag = constant('MSG_FASTOPEN')
/** Received descriptors are closed on exec. */
export const MSG_CMSG_CLOEXEC: MessageFlag = constant('MSG_CMSG_CLOEXEC')

// shutdown(2)

/** Ends receiving. */
export const SHUT_RD: Shutdown = constant('SHUT_RD')
/** Ends sending: the peer receives the end of the stream. */
export const SHUT_WR: Shutdown = constant('SHUT_WR')
/** Ends receiving and sending. */
export const SHUT_RDWR: Shutdown = constant('SHUT_RDWR')

// levels of options, getsockopt(2)

/** Options of every socket, socket(7). */
export const SOL_SOCKET: Level = constant('SOL_SOCKET')
/** Linux's name of IPPROTO_IP. */
export const SOL_IP: Level = constant('SOL_IP')
/** Linux's name of IPPROTO_IPV6. */
export const SOL_IPV6: Level = constant('SOL_IPV6')
/** Linux's name of IPPROTO_TCP. */
export const SOL_TCP: Level = constant('SOL_TCP')
/** Linux's name of IPPROTO_UDP. */
export const SOL_UDP: Level = constant('SOL_UDP')
/** ICMPv6 filters. */
export const SOL_ICMPV6: Level = constant('SOL_ICMPV6')
/** Raw sockets, raw(7). */
export const SOL_RAW: Level = constant('SOL_RAW')
/** Packet sockets, packet(7). */
export const SOL_PACKET: Level = constant('SOL_PACKET')
/** Netlink sockets, netlink(7). */
export const SOL_NETLINK: Level = constant('SOL_NETLINK')
/** CAN sockets. */
export const SOL_CAN_BASE: Level = constant('SOL_CAN_BASE')
/** Raw CAN sockets. */
export const SOL_CAN_RAW: Level = constant('SOL_CAN_RAW')
/** Bluetooth sockets. */
export const SOL_BLUETOOTH: Level = constant('SOL_BLUETOOTH')
/** TIPC sockets. */
export const SOL_TIPC: Level = constant('SOL_TIPC')
/** RxRPC sockets. */
export const SOL_RXRPC: Level = constant('SOL_RXRPC')
/** RDS sockets. */
export const SOL_RDS: Level = constant('SOL_RDS')
/** Cryptography sockets. */
export const SOL_ALG: Level = constant('SOL_ALG')
/** Multiplexor sockets. */
export const SOL_KCM: Level = constant('SOL_KCM')
/** Kernel TLS. */
export const SOL_TLS: Level = constant('SOL_TLS')
/** XDP sockets. */
export const SOL_XDP: Level = constant('SOL_XDP')
/** Multipath TCP. */
export const SOL_MPTCP: Level = constant('SOL_MPTCP')
/** SMC sockets. */
export const SOL_SMC: Level = constant('SOL_SMC')
/** Virtual machine sockets. */
export const SOL_VSOCK: Level = constant('SOL_VSOCK')

// types of ancillary data at SOL_SOCKET, cmsg(3)

/** Descriptors, unix(7). */
export const SCM_RIGHTS: ControlType = constant('SCM_RIGHTS')
/** The process, user and group of the sender, unix(7). */
export const SCM_CREDENTIALS: ControlType = constant('SCM_CREDENTIALS')
/** The sender's security label, unix(7). */
export const SCM_SECURITY: ControlType = constant('SCM_SECURITY')
/** A descriptor of the sender's process. */
export const SCM_PIDFD: ControlType = constant('SCM_PIDFD')
/** The arrival time, as a timeval. */
export const SCM_TIMESTAMP: ControlType = constant('SCM_TIMESTAMP')
/** The arrival time, as a timespec. */
export const SCM_TIMESTAMPNS: ControlType = constant('SCM_TIMESTAMPNS')
/** Software and hardware timestamps. */
export const SCM_TIMESTAMPING: ControlType = constant('SCM_TIMESTAMPING')
/** Statistics of the connection at the time of the timestamp. */
export const SCM_TIMESTAMPING_OPT_STATS: ControlType = constant('SCM_TIMESTAMPING_OPT_STATS')
/** The interface and length of the timestamped packet. */
export const SCM_TIMESTAMPING_PKTINFO: ControlType = constant('SCM_TIMESTAMPING_PKTINFO')
/** The transmit time; see SO_TXTIME. */
export const SCM_TXTIME: ControlType = constant('SCM_TXTIME')
/** Whether a wireless frame was acknowledged. */
export const SCM_WIFI_STATUS: ControlType = constant('SCM_WIFI_STATUS')

// types of ancillary data at IPPROTO_IP and IPPROTO_IPV6 that are no options

/** The destination before it was redirected, as a sockaddr_in. */
export const IP_ORIGDSTADDR: ControlType = constant('IP_ORIGDSTADDR')
/** The destination before it was redirected, as a sockaddr_in6. */
export const IPV6_ORIGDSTADDR: ControlType = constant('IPV6_ORIGDSTADDR')
/** The remaining hops. */
export const IPV6_HOPLIMIT: ControlType = constant('IPV6_HOPLIMIT')

// poll(2)

/** There is data to read, or a connection to accept. */
export const POLLIN: PollEvent = constant('POLLIN')
/** There is urgent data. */
export const POLLPRI: PollEvent = constant('POLLPRI')
/** Writing does not wait. */
export const POLLOUT: PollEvent = constant('POLLOUT')
/** There is an error, or the error queue is not empty. */
export const POLLERR: PollEvent = constant('POLLERR')
/** The connection has ended in both directions. */
export const POLLHUP: PollEvent = constant('POLLHUP')
/** The descriptor is not open. */
export const POLLNVAL: PollEvent = constant('POLLNVAL')
/** The peer has ended sending. */
export const POLLRDHUP: PollEvent = constant('POLLRDHUP')

// flags of a lookup, getaddrinfo(3)

/** For a server: without a host, the addresses of all interfaces. */
export const AI_PASSIVE: AddressInfoFlag = constant('AI_PASSIVE')
/** Requests the canonical name of the host. */
export const AI_CANONNAME: AddressInfoFlag = constant('AI_CANONNAME')
/** The host is a numeric address. */
export const AI_NUMERICHOST: AddressInfoFlag = constant('AI_NUMERICHOST')
/** The service is a number. */
export const AI_NUMERICSERV: AddressInfoFlag = constant('AI_NUMERICSERV')
/** If there are no IPv6 addresses, returns IPv4 addresses as mapped IPv6 addresses. */
export const AI_V4MAPPED: AddressInfoFlag = constant('AI_V4MAPPED')
/** With AI_V4MAPPED: returns both IPv6 addresses and mapped IPv4 addresses. */
export const AI_ALL: AddressInfoFlag = constant('AI_ALL')
/** Returns only addresses of families for which this machine has an address. */
export const AI_ADDRCONFIG: AddressInfoFlag = constant('AI_ADDRCONFIG')
/** The name may contain non-ASCII characters. */
export const AI_IDN: AddressInfoFlag = constant('AI_IDN')
/** Returns the canonical name with non-ASCII characters. */
export const AI_CANONIDN: AddressInfoFlag = constant('AI_CANONIDN')

// flags of a reverse lookup, getnameinfo(3)

/** Returns the host as a numeric address. */
export const NI_NUMERICHOST: NameInfoFlag = constant('NI_NUMERICHOST')
/** Returns the port as a number. */
export const NI_NUMERICSERV: NameInfoFlag = constant('NI_NUMERICSERV')
/** Returns only the host part of a local name. */
export const NI_NOFQDN: NameInfoFlag = constant('NI_NOFQDN')
/** Fails if there is no name. */
export const NI_NAMEREQD: NameInfoFlag = constant('NI_NAMEREQD')
/** Looks up the service for datagrams. */
export const NI_DGRAM: NameInfoFlag = constant('NI_DGRAM')
/** Returns the name with non-ASCII characters. */
export const NI_IDN: NameInfoFlag = constant('NI_IDN')

// values of IP_MTU_DISCOVER and IPV6_MTU_DISCOVER

/** Never sets "don't fragment". */
export const IP_PMTUDISC_DONT: PathMtuDiscovery = constant('IP_PMTUDISC_DONT')
/** Fragments if the route requires it. */
export const IP_PMTUDISC_WANT: PathMtuDiscovery = constant('IP_PMTUDISC_WANT')
/** Never fragments: a datagram that is too long fails with EMSGSIZE. */
export const IP_PMTUDISC_DO: PathMtuDiscovery = constant('IP_PMTUDISC_DO')
/** Sets "don't fragment" and ignores the MTU of the path. */
export const IP_PMTUDISC_PROBE: PathMtuDiscovery = constant('IP_PMTUDISC_PROBE')
/** Uses the MTU of the interface and sets no flag. */
export const IP_PMTUDISC_INTERFACE: PathMtuDiscovery = constant('IP_PMTUDISC_INTERFACE')
/** Like IP_PMTUDISC_INTERFACE, but fragments. */
export const IP_PMTUDISC_OMIT: PathMtuDiscovery = constant('IP_PMTUDISC_OMIT')
/** See IP_PMTUDISC_DONT. */
export const IPV6_PMTUDISC_DONT: PathMtuDiscovery = constant('IPV6_PMTUDISC_DONT')
/** See IP_PMTUDISC_WANT. */
export const IPV6_PMTUDISC_WANT: PathMtuDiscovery = constant('IPV6_PMTUDISC_WANT')
/** See IP_PMTUDISC_DO. */
export const IPV6_PMTUDISC_DO: PathMtuDiscovery = constant('IPV6_PMTUDISC_DO')
/** See IP_PMTUDISC_PROBE. */
export const IPV6_PMTUDISC_PROBE: PathMtuDiscovery = constant('IPV6_PMTUDISC_PROBE')
/** See IP_PMTUDISC_INTERFACE. */
export const IPV6_PMTUDISC_INTERFACE: PathMtuDiscovery = constant('IPV6_PMTUDISC_INTERFACE')
/** See IP_PMTUDISC_OMIT. */
export const IPV6_PMTUDISC_OMIT: PathMtuDiscovery = constant('IPV6_PMTUDISC_OMIT')

// values of IP_TOS

/** Interactive traffic. */
export const IPTOS_LOWDELAY: TypeOfService = constant('IPTOS_LOWDELAY')
/** Bulk traffic. */
export const IPTOS_THROUGHPUT: TypeOfService = constant('IPTOS_THROUGHPUT')
/** Traffic that should not be dropped. */
export const IPTOS_RELIABILITY: TypeOfService = constant('IPTOS_RELIABILITY')
/** Filler traffic. */
export const IPTOS_LOWCOST: TypeOfService = constant('IPTOS_LOWCOST')
/** The older name of IPTOS_LOWCOST. */
export const IPTOS_MINCOST: TypeOfService = constant('IPTOS_MINCOST')
/** Congestion notification: not capable. */
export const IPTOS_ECN_NOT_ECT: TypeOfService = constant('IPTOS_ECN_NOT_ECT')
/** Congestion notification: capable, 1. */
export const IPTOS_ECN_ECT1: TypeOfService = constant('IPTOS_ECN_ECT1')
/** Congestion notification: capable, 0. */
export const IPTOS_ECN_ECT0: TypeOfService = constant('IPTOS_ECN_ECT0')
/** Congestion notification: congested. */
export const IPTOS_ECN_CE: TypeOfService = constant('IPTOS_ECN_CE')
/** Assured forwarding, class 1, low drop. */
export const IPTOS_DSCP_AF11: TypeOfService = constant('IPTOS_DSCP_AF11')
/** Assured forwarding, class 1, medium drop. */
export const IPTOS_DSCP_AF12: TypeOfService = constant('IPTOS_DSCP_AF12')
/** Assured forwarding, class 1, high drop. */
export const IPTOS_DSCP_AF13: TypeOfService = constant('IPTOS_DSCP_AF13')
/** Assured forwarding, class 2, low drop. */
export const IPTOS_DSCP_AF21: TypeOfService = constant('IPTOS_DSCP_AF21')
/** Assured forwarding, class 2, medium drop. */
export const IPTOS_DSCP_AF22: TypeOfService = constant('IPTOS_DSCP_AF22')
/** Assured forwarding, class 2, high drop. */
export const IPTOS_DSCP_AF23: TypeOfService = constant('IPTOS_DSCP_AF23')
/** Assured forwarding, class 3, low drop. */
export const IPTOS_DSCP_AF31: TypeOfService = constant('IPTOS_DSCP_AF31')
/** Assured forwarding, class 3, medium drop. */
export const IPTOS_DSCP_AF32: TypeOfService = constant('IPTOS_DSCP_AF32')
/** Assured forwarding, class 3, high drop. */
export const IPTOS_DSCP_AF33: TypeOfService = constant('IPTOS_DSCP_AF33')
/** Assured forwarding, class 4, low drop. */
export const IPTOS_DSCP_AF41: TypeOfService = constant('IPTOS_DSCP_AF41')
/** Assured forwarding, class 4, medium drop. */
export const IPTOS_DSCP_AF42: TypeOfService = constant('IPTOS_DSCP_AF42')
/** Assured forwarding, class 4, high drop. */
export const IPTOS_DSCP_AF43: TypeOfService = constant('IPTOS_DSCP_AF43')
/** Expedited forwarding: low loss, delay and jitter. */
export const IPTOS_DSCP_EF: TypeOfService = constant('IPTOS_DSCP_EF')
/** Class selector 0, best effort. */
export const IPTOS_CLASS_CS0: TypeOfService = constant('IPTOS_CLASS_CS0')
/** Class selector 1, background. */
export const IPTOS_CLASS_CS1: TypeOfService = constant('IPTOS_CLASS_CS1')
/** Class selector 2. */
export const IPTOS_CLASS_CS2: TypeOfService = constant('IPTOS_CLASS_CS2')
/** Class selector 3. */
export const IPTOS_CLASS_CS3: TypeOfService = constant('IPTOS_CLASS_CS3')
/** Class selector 4. */
export const IPTOS_CLASS_CS4: TypeOfService = constant('IPTOS_CLASS_CS4')
/** Class selector 5. */
export const IPTOS_CLASS_CS5: TypeOfService = constant('IPTOS_CLASS_CS5')
/** Class selector 6, network control. */
export const IPTOS_CLASS_CS6: TypeOfService = constant('IPTOS_CLASS_CS6')
/** Class selector 7. */
export const IPTOS_CLASS_CS7: TypeOfService = constant('IPTOS_CLASS_CS7')

// states of a TCP connection, in the value of TCP_INFO

/** Connected. */
export const TCP_ESTABLISHED: TcpState = constant('TCP_ESTABLISHED')
/** Connecting. */
export const TCP_SYN_SENT: TcpState = constant('TCP_SYN_SENT')
/** A connection request was received. */
export const TCP_SYN_RECV: TcpState = constant('TCP_SYN_RECV')
/** Ended on this side, not yet acknowledged. */
export const TCP_FIN_WAIT1: TcpState = constant('TCP_FIN_WAIT1')
/** Ended on this side, acknowledged. */
export const TCP_FIN_WAIT2: TcpState = constant('TCP_FIN_WAIT2')
/** Ended on both sides, waiting for stray packets. */
export const TCP_TIME_WAIT: TcpState = constant('TCP_TIME_WAIT')
/** Not connected. */
export const TCP_CLOSE: TcpState = constant('TCP_CLOSE')
/** Ended by the peer. */
export const TCP_CLOSE_WAIT: TcpState = constant('TCP_CLOSE_WAIT')
/** Ended by the peer, then on this side, not yet acknowledged. */
export const TCP_LAST_ACK: TcpState = constant('TCP_LAST_ACK')
/** Listening. */
export const TCP_LISTEN: TcpState = constant('TCP_LISTEN')
/** Ended on both sides at once, not yet acknowledged. */
export const TCP_CLOSING: TcpState = constant('TCP_CLOSING')

// flags of SO_TIMESTAMPING

/** When the device sent the packet. */
export const SOF_TIMESTAMPING_TX_HARDWARE: TimestampingFlag = constant('SOF_TIMESTAMPING_TX_HARDWARE')
/** When the kernel passed the packet to the device. */
export const SOF_TIMESTAMPING_TX_SOFTWARE: TimestampingFlag = constant('SOF_TIMESTAMPING_TX_SOFTWARE')
/** When the device received the packet. */
export const SOF_TIMESTAMPING_RX_HARDWARE: TimestampingFlag = constant('SOF_TIMESTAMPING_RX_HARDWARE')
/** When the kernel received the packet. */
export const SOF_TIMESTAMPING_RX_SOFTWARE: TimestampingFlag = constant('SOF_TIMESTAMPING_RX_SOFTWARE')
/** Reports the kernel's timestamps. */
export const SOF_TIMESTAMPING_SOFTWARE: TimestampingFlag = constant('SOF_TIMESTAMPING_SOFTWARE')
/** Deprecated: the device's timestamps, converted to system time. */
export const SOF_TIMESTAMPING_SYS_HARDWARE: TimestampingFlag = constant('SOF_TIMESTAMPING_SYS_HARDWARE')
/** Reports the device's timestamps. */
export const SOF_TIMESTAMPING_RAW_HARDWARE: TimestampingFlag = constant('SOF_TIMESTAMPING_RAW_HARDWARE')
/** Numbers the packets that are sent. */
export const SOF_TIMESTAMPING_OPT_ID: TimestampingFlag = constant('SOF_TIMESTAMPING_OPT_ID')
/** When the packet entered the packet scheduler. */
export const SOF_TIMESTAMPING_TX_SCHED: TimestampingFlag = constant('SOF_TIMESTAMPING_TX_SCHED')
/** When the peer acknowledged the data. */
export const SOF_TIMESTAMPING_TX_ACK: TimestampingFlag = constant('SOF_TIMESTAMPING_TX_ACK')
/** Includes the ancillary data of the packet. */
export const SOF_TIMESTAMPING_OPT_CMSG: TimestampingFlag = constant('SOF_TIMESTAMPING_OPT_CMSG')
/** Delivers the timestamp without the packet. */
export const SOF_TIMESTAMPING_OPT_TSONLY: TimestampingFlag = constant('SOF_TIMESTAMPING_OPT_TSONLY')
/** Includes statistics of the connection. */
export const SOF_TIMESTAMPING_OPT_STATS: TimestampingFlag = constant('SOF_TIMESTAMPING_OPT_STATS')
/** Includes the interface. */
export const SOF_TIMESTAMPING_OPT_PKTINFO: TimestampingFlag = constant('SOF_TIMESTAMPING_OPT_PKTINFO')
/** Reports both the kernel's and the device's timestamps. */
export const SOF_TIMESTAMPING_OPT_TX_SWHW: TimestampingFlag = constant('SOF_TIMESTAMPING_OPT_TX_SWHW')

// flags of IPV6_ADDR_PREFERENCES, RFC 5014: which source address to prefer

/** A temporary address. */
export const IPV6_PREFER_SRC_TMP: AddressPreference = constant('IPV6_PREFER_SRC_TMP')
/** A public address. */
export const IPV6_PREFER_SRC_PUBLIC: AddressPreference = constant('IPV6_PREFER_SRC_PUBLIC')
/** The default of the system for temporary and public addresses. */
export const IPV6_PREFER_SRC_PUBTMP_DEFAULT: AddressPreference = constant('IPV6_PREFER_SRC_PUBTMP_DEFAULT')
/** A care-of address. */
export const IPV6_PREFER_SRC_COA: AddressPreference = constant('IPV6_PREFER_SRC_COA')
/** A home address. */
export const IPV6_PREFER_SRC_HOME: AddressPreference = constant('IPV6_PREFER_SRC_HOME')
/** A cryptographically generated address. */
export const IPV6_PREFER_SRC_CGA: AddressPreference = constant('IPV6_PREFER_SRC_CGA')
/** An address that is not cryptographically generated. */
export const IPV6_PREFER_SRC_NONCGA: AddressPreference = constant('IPV6_PREFER_SRC_NONCGA')

// flags of SO_TXTIME, and its clocks

/** The transmit time is the latest time, not the exact one. */
export const SOF_TXTIME_DEADLINE_MODE: TransmitTimeFlag = constant('SOF_TXTIME_DEADLINE_MODE')
/** Messages that were not sent are reported in the error queue. */
export const SOF_TXTIME_REPORT_ERRORS: TransmitTimeFlag = constant('SOF_TXTIME_REPORT_ERRORS')
/** Calendar time, clock_gettime(2). */
export const CLOCK_REALTIME: Clock = constant('CLOCK_REALTIME')
/** The time since an unspecified start; it is never set back. */
export const CLOCK_MONOTONIC: Clock = constant('CLOCK_MONOTONIC')
/** International Atomic Time: calendar time without leap seconds. */
export const CLOCK_TAI: Clock = constant('CLOCK_TAI')

// flags of SO_BUF_LOCK

/** The send buffer keeps its size. */
export const SOCK_SNDBUF_LOCK: BufferLock = constant('SOCK_SNDBUF_LOCK')
/** The receive buffer keeps its size. */
export const SOCK_RCVBUF_LOCK: BufferLock = constant('SOCK_RCVBUF_LOCK')

// limits

/** The maximum length of a queue of listen(2), as the system's headers define it. */
export const SOMAXCONN: Limit = constant('SOMAXCONN')
