// Addresses of the families that only Linux has, or that few other systems have, as callers see them.

import type { AddressValue, Family, Protocol } from '../native/constant-kinds.js'

/** A socket of netlink: `AF_NETLINK`, netlink(7). */
export interface NetlinkAddress {
  readonly family: 'netlink'
  /** The port ID: 0 is the kernel. The first socket of a process mostly has the number of the process. */
  readonly pid: number
  /** The multicast groups, a bit each: `RTMGRP_LINK | RTMGRP_IPV4_IFADDR`. Groups above 32 are joined by an option. */
  readonly groups: AddressValue
}

/** A link-layer address: `AF_PACKET`, packet(7). */
export interface PacketAddress {
  readonly family: 'packet'
  /** The protocol of the packet, `ETH_P_IP` for example, in the byte order of this machine; 0 for none. */
  readonly protocol: Protocol
  /** The index of the interface; 0 for all. */
  readonly interface: number
  /** The type of the hardware: `ARPHRD_ETHER` is 1, the loopback device 772. */
  readonly hardwareType: number
  /** Where the packet goes: `PACKET_HOST`, `PACKET_OUTGOING`, ... */
  readonly packetType: AddressValue
  /** The hardware address as hexadecimal bytes, `'02:00:5e:10:00:01'`; empty where the device has none. */
  readonly hardwareAddress: string
}

/** A port of a virtual machine or its host: `AF_VSOCK`, vsock(7). */
export interface VsockAddress {
  readonly family: 'vsock'
  /** The context, which is a virtual machine or a host: `VMADDR_CID_HOST`, ... */
  readonly cid: AddressValue
  /** The port, of 32 bits. */
  readonly port: AddressValue
  /** `VMADDR_FLAG_TO_HOST` or 0. */
  readonly flags: AddressValue
}

/** An interface of a Controller Area Network: `AF_CAN` with `CAN_RAW` or `CAN_BCM`. */
export interface CanAddress {
  readonly family: 'can'
  /** The index of the interface; 0 for all. */
  readonly interface: number
}

/** The two identifiers of a channel of ISO 15765-2: `AF_CAN` with `CAN_ISOTP`. */
export interface CanIsotpAddress extends CanAddress {
  /** The identifier of received frames, with `CAN_EFF_FLAG` if it has 29 bits. */
  readonly rxId: number
  /** The identifier of sent frames. */
  readonly txId: number
}

/** A node of SAE J1939: `AF_CAN` with `CAN_J1939`. */
export interface CanJ1939Address extends CanAddress {
  /** The 64-bit name of a node whose address is dynamic; 0 for none. */
  readonly name: bigint
  /** The number of the parameter group; `J1939_NO_PGN` for any. */
  readonly pgn: AddressValue
  /** The address of the node; `J1939_NO_ADDR` for none. */
  readonly address: AddressValue
}

/** An algorithm of the kernel's cryptography: `AF_ALG`. */
export interface AlgAddress {
  readonly family: 'alg'
  /** What it does: `'hash'`, `'skcipher'`, `'aead'`, `'rng'`. */
  readonly type: string
  /** Its name as in /proc/crypto: `'sha256'`, `'hmac(sha256)'`, `'cbc(aes)'`. */
  readonly name: string
  /** Which implementation is wanted, together with `mask`; both are usually 0. */
  readonly feature: number
  readonly mask: number
}

/** A queue of an interface: `AF_XDP`. */
export interface XdpAddress {
  readonly family: 'xdp'
  /** The index of the interface. */
  readonly interface: number
  /** The number of the interface's queue. */
  readonly queue: number
  /** `XDP_COPY` is 2, `XDP_ZEROCOPY` 4, `XDP_SHARED_UMEM` 1. */
  readonly flags: number
  /** The descriptor of the socket whose memory is shared, with `XDP_SHARED_UMEM`. */
  readonly sharedUmemFd: number
}

/** A port of a node of Qualcomm's inter-processor routing: `AF_QIPCRTR`. */
export interface QipcrtrAddress {
  readonly family: 'qipcrtr'
  readonly node: number
  readonly port: number
}

/** A range of the instances of a service: `AF_TIPC`. It is bound, and multicast is sent to it. */
export interface TipcRangeAddress {
  readonly family: 'tipc'
  readonly type: number
  readonly lower: number
  readonly upper: number
  /** Where the service is known: `TIPC_CLUSTER_SCOPE`, `TIPC_NODE_SCOPE`. A negative one takes the binding back. */
  readonly scope: AddressValue
}

/** One instance of a service: `AF_TIPC`. */
export interface TipcServiceAddress {
  readonly family: 'tipc'
  readonly type: number
  readonly instance: number
  /** The node where the service is looked up; 0 for all. */
  readonly domain: number
  readonly scope: AddressValue
}

/** One socket: `AF_TIPC`. */
export interface TipcSocketAddress {
  readonly family: 'tipc'
  readonly ref: number
  readonly node: number
  readonly scope: AddressValue
}

/** A channel of a controller: `AF_BLUETOOTH` with `BTPROTO_HCI`. */
export interface BluetoothHciAddress {
  readonly family: 'bluetooth'
  /** The number of the controller; 65535 for none. */
  readonly device: number
  /** `HCI_CHANNEL_RAW`, `HCI_CHANNEL_USER`, ... */
  readonly channel: AddressValue
}

/** A device: `AF_BLUETOOTH` with `BTPROTO_SCO`. */
export interface BluetoothScoAddress {
  readonly family: 'bluetooth'
  /** The address of the device, `'00:1A:7D:DA:71:13'`; `'00:00:00:00:00:00'` is any. */
  readonly address: string
}

/** A channel of a device: `AF_BLUETOOTH` with `BTPROTO_RFCOMM`. */
export interface BluetoothRfcommAddress extends BluetoothScoAddress {
  readonly channel: number
}

/** A channel of a device: `AF_BLUETOOTH` with `BTPROTO_L2CAP`. */
export interface BluetoothL2capAddress extends BluetoothScoAddress {
  /** The protocol or service multiplexer. */
  readonly psm: number
  /** The identifier of a fixed channel; 0 where `psm` says it. */
  readonly channelId: number
  /** `BDADDR_BREDR`, `BDADDR_LE_PUBLIC`, `BDADDR_LE_RANDOM`. */
  readonly addressType: AddressValue
}

/** An address of a family that is a plain structure of fields to the kernel. */
export type LinuxAddress =
  | NetlinkAddress
  | PacketAddress
  | VsockAddress
  | CanAddress
  | CanIsotpAddress
  | CanJ1939Address
  | AlgAddress
  | XdpAddress
  | QipcrtrAddress
  | TipcRangeAddress
  | TipcServiceAddress
  | TipcSocketAddress
  | BluetoothHciAddress
  | BluetoothScoAddress
  | BluetoothRfcommAddress
  | BluetoothL2capAddress

/** An address as verbs accept it: some fields may be left out, and an interface may be given by its name. */
export type Given<Kind extends LinuxAddress, Optional extends keyof Kind = never> = Kind extends LinuxAddress
  ? {
      readonly [Name in Exclude<keyof Kind, Optional | 'family' | 'interface'>]: Kind[Name]
    } & { readonly [Name in Optional]?: Kind[Name] } & {
      readonly [Name in 'interface' & keyof Kind]: number | string
    } & {
      /** May be left out where the socket is given. */
      readonly family?: Kind['family'] | Family
    }
  : never

/** An address of `LinuxAddress` to bind, to connect to or to send to. */
export type LinuxInput =
  | Given<NetlinkAddress, 'groups'>
  | Given<PacketAddress, 'protocol' | 'hardwareType' | 'packetType' | 'hardwareAddress'>
  | Given<VsockAddress, 'flags'>
  | Given<CanAddress>
  | Given<CanIsotpAddress>
  | Given<CanJ1939Address, 'name' | 'pgn'>
  | Given<AlgAddress, 'feature' | 'mask'>
  | Given<XdpAddress, 'flags' | 'sharedUmemFd'>
  | Given<QipcrtrAddress>
  | Given<TipcRangeAddress, 'scope'>
  | Given<TipcServiceAddress, 'domain' | 'scope'>
  | Given<TipcSocketAddress, 'scope'>
  | Given<BluetoothHciAddress, 'channel'>
  | Given<BluetoothScoAddress>
  | Given<BluetoothRfcommAddress>
  | Given<BluetoothL2capAddress, 'channelId' | 'addressType'>
