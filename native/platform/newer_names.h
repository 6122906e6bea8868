// Names of Linux that many systems' headers are too old for. The kernel's numbers never change: a binary that was built
// on an old system can use these options on a new one, and an old kernel refuses them with ENOPROTOOPT.
#pragma once

// A few architectures number the options of SOL_SOCKET otherwise. Their SO_COOKIE differs too, and their headers
// decide.
#if SO_COOKIE == 57
#ifndef SO_RCVMARK
#define SO_RCVMARK 75
#endif
#ifndef SO_PASSPIDFD
#define SO_PASSPIDFD 76
#endif
#ifndef SO_PEERPIDFD
#define SO_PEERPIDFD 77
#endif
#ifndef SO_RCVPRIORITY
#define SO_RCVPRIORITY 82
#endif
#ifndef SO_PASSRIGHTS
#define SO_PASSRIGHTS 83
#endif
#ifndef SO_INQ
#define SO_INQ 84
#endif
#endif

#ifndef SOL_VSOCK
#define SOL_VSOCK 287
#endif
#ifndef SCM_SECURITY
#define SCM_SECURITY 3
#endif
#ifndef SCM_PIDFD
#define SCM_PIDFD 4
#endif
#ifndef IP_LOCAL_PORT_RANGE
#define IP_LOCAL_PORT_RANGE 51
#endif
#ifndef IP_PROTOCOL
#define IP_PROTOCOL 52
#endif
#ifndef TCP_IS_MPTCP
#define TCP_IS_MPTCP 43
#endif
#ifndef TCP_RTO_MAX_MS
#define TCP_RTO_MAX_MS 44
#endif
#ifndef TCP_RTO_MIN_US
#define TCP_RTO_MIN_US 45
#endif
#ifndef TCP_DELACK_MAX_US
#define TCP_DELACK_MAX_US 46
#endif
#ifndef VMADDR_CID_LOCAL
#define VMADDR_CID_LOCAL 1
#endif
#ifndef VMADDR_FLAG_TO_HOST
#define VMADDR_FLAG_TO_HOST 0x01
#endif
#ifndef ALG_SET_DRBG_ENTROPY
#define ALG_SET_DRBG_ENTROPY 6
#endif
#ifndef CAN_J1939
#define CAN_J1939 7
#endif
#ifndef CAN_ISOTP
#define CAN_ISOTP 6
#endif
#ifndef J1939_IDLE_ADDR
#define J1939_IDLE_ADDR 0xfe
#endif
#ifndef J1939_NO_ADDR
#define J1939_NO_ADDR 0xff
#endif
#ifndef J1939_NO_PGN
#define J1939_NO_PGN 0x40000
#endif
#ifndef TIPC_CLUSTER_SCOPE
#define TIPC_CLUSTER_SCOPE 2
#endif
#ifndef TIPC_NODE_SCOPE
#define TIPC_NODE_SCOPE 3
#endif

// Bluetooth has no header among those of the kernel.
#ifndef BTPROTO_L2CAP
#define BTPROTO_L2CAP 0
#endif
#ifndef BTPROTO_HCI
#define BTPROTO_HCI 1
#endif
#ifndef BTPROTO_SCO
#define BTPROTO_SCO 2
#endif
#ifndef BTPROTO_RFCOMM
#define BTPROTO_RFCOMM 3
#endif
#ifndef BDADDR_BREDR
#define BDADDR_BREDR 0x00
#endif
#ifndef BDADDR_LE_PUBLIC
#define BDADDR_LE_PUBLIC 0x01
#endif
#ifndef BDADDR_LE_RANDOM
#define BDADDR_LE_RANDOM 0x02
#endif
#ifndef HCI_CHANNEL_RAW
#define HCI_CHANNEL_RAW 0
#endif
#ifndef HCI_CHANNEL_USER
#define HCI_CHANNEL_USER 1
#endif
#ifndef HCI_CHANNEL_MONITOR
#define HCI_CHANNEL_MONITOR 2
#endif
#ifndef HCI_CHANNEL_CONTROL
#define HCI_CHANNEL_CONTROL 3
#endif
