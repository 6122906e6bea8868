// The kinds of constants: branded numbers, so that the compiler distinguishes them.
//
// A *closed* kind accepts its constants only: `new Socket(SOCK_STREAM, AF_INET)` does not compile. An *open* kind also
// accepts a plain number, because flags are combined (in TypeScript `a | b` is a number), and because no list is
// complete for protocols and levels. It still refuses constants of other kinds.
//
// The value of a name that this system lacks is -1, which no system call accepts. A value that takes all 32 bits, such as
// VMADDR_CID_ANY, is positive here, and an address refuses a negative number.

declare const kind: unique symbol

type Closed<Name extends string> = number & { readonly [kind]: Name }
type Open<Name extends string> = number & { readonly [kind]?: Name }

/** An address family: `AF_INET`, ... A number without a constant is written `number as Family`. */
export type Family = Closed<'Family'>

/** The type of a socket: `SOCK_STREAM`, ... A number without a constant is written `number as SocketType`. */
export type SocketType = Closed<'SocketType'>

/** The direction of a connection that `shutdown(2)` ends: `SHUT_RD`, `SHUT_WR`, `SHUT_RDWR`. */
export type Shutdown = Closed<'Shutdown'>

/** A state of a TCP connection: `TCP_ESTABLISHED`, ... */
export type TcpState = Closed<'TcpState'>

/** A protocol of a family: `IPPROTO_TCP`, `NETLINK_ROUTE`, ..., or any number. */
export type Protocol = Open<'Protocol'>

/** A level of options: `SOL_SOCKET`, ..., a protocol (`IPPROTO_IPV6`), or any number. */
export type Level = Open<'Level' | 'Protocol'>

/** A value of a field of an address: `VMADDR_CID_HOST`, `PACKET_OUTGOING`, `RTMGRP_LINK`, ..., or any number. */
export type AddressValue = Open<'AddressValue'>

/** A value in control messages and options of AF_ALG: `ALG_OP_ENCRYPT`, ..., or any number. */
export type AlgorithmValue = Open<'AlgorithmValue'>

/** The type of a piece of ancillary data at `SOL_SOCKET`: `SCM_RIGHTS`, ..., or any number. */
export type ControlType = Open<'ControlType'>

/** Flags of one transfer: `MSG_PEEK | MSG_TRUNC`. */
export type MessageFlag = Open<'MessageFlag'>

/** Events of poll(2): `POLLIN | POLLOUT`. */
export type PollEvent = Open<'PollEvent'>

/** Flags of a lookup: `AI_PASSIVE | AI_NUMERICHOST`. */
export type AddressInfoFlag = Open<'AddressInfoFlag'>

/** Flags of a reverse lookup: `NI_NUMERICHOST | NI_NUMERICSERV`. */
export type NameInfoFlag = Open<'NameInfoFlag'>

/** Flags of `SO_TIMESTAMPING`: `SOF_TIMESTAMPING_RX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE`. */
export type TimestampingFlag = Open<'TimestampingFlag'>

/** A value of `IP_MTU_DISCOVER` and `IPV6_MTU_DISCOVER`. */
export type PathMtuDiscovery = Open<'PathMtuDiscovery'>

/** A value of `IP_TOS`. Its two lowest bits are congestion notification: `IPTOS_DSCP_EF | IPTOS_ECN_ECT0`. */
export type TypeOfService = Open<'TypeOfService'>

/** Flags of `IPV6_ADDR_PREFERENCES`: `IPV6_PREFER_SRC_PUBLIC | IPV6_PREFER_SRC_HOME`. */
export type AddressPreference = Open<'AddressPreference'>

/** Flags of `SO_TXTIME`. */
export type TransmitTimeFlag = Open<'TransmitTimeFlag'>

/** A clock of clock_gettime(2). */
export type Clock = Open<'Clock'>

/** Flags of `SO_BUF_LOCK`. */
export type BufferLock = Open<'BufferLock'>

/** A limit of the system. */
export type Limit = Open<'Limit'>
