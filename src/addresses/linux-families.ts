// The families that only Linux has, or that few other systems have: a row for each, with the forms of its addresses.

import {
  AF_ALG,
  AF_BLUETOOTH,
  AF_CAN,
  AF_NETLINK,
  AF_PACKET,
  AF_QIPCRTR,
  AF_TIPC,
  AF_VSOCK,
  AF_XDP,
  HCI_CHANNEL_RAW,
  J1939_NO_PGN,
  TIPC_CLUSTER_SCOPE,
} from '../native/generated/constants.js'
import { type FamilyRules, USUAL_RULES } from './codec.js'
import {
  bluetoothAddress,
  type FieldKind,
  hardwareAddress,
  interfaceIndex,
  longText,
  signed,
  text,
  unsigned,
  unsigned64,
} from './field-kinds.js'
import type { FieldFamily, FormField } from './fields-codec.js'

const WITHOUT_ERROR_QUEUE: FamilyRules = { ...USUAL_RULES, hasErrorQueue: false }

const required = (kind: FieldKind): FormField => ({ kind })
const optional = (kind: FieldKind, value: unknown): FormField => ({ kind, default: value })

const number = required(unsigned)
const zero = optional(unsigned, 0)
const device = required(interfaceIndex)

/**
 * The bytes of a sockaddr_storage from the name of an algorithm on, without the closing NUL. The names in the kernel have
 * up to 127 bytes, but no address is longer than a sockaddr_storage.
 */
const MAX_ALGORITHM_BYTES = 128 - 24 - 1

const scope = optional(signed, TIPC_CLUSTER_SCOPE)

/** Every row, also of families that this system lacks. */
const ROWS: readonly FieldFamily[] = [
  {
    name: 'netlink',
    family: AF_NETLINK,
    rules: WITHOUT_ERROR_QUEUE,
    marks: ['pid', 'groups'],
    forms: [{ layout: 'sockaddr_nl', fields: { pid: number, groups: zero } }],
  },
  {
    name: 'packet',
    family: AF_PACKET,
    rules: USUAL_RULES,
    marks: ['hardwareAddress', 'hardwareType', 'packetType'],
    forms: [
      {
        layout: 'sockaddr_ll',
        fields: {
          protocol: zero,
          interface: device,
          hardwareType: zero,
          packetType: zero,
          hardwareAddress: optional(hardwareAddress, ''),
        },
      },
    ],
  },
  {
    name: 'vsock',
    family: AF_VSOCK,
    rules: USUAL_RULES,
    marks: ['cid'],
    forms: [{ layout: 'sockaddr_vm', fields: { cid: number, port: number, flags: zero } }],
  },
  {
    name: 'can',
    family: AF_CAN,
    rules: USUAL_RULES,
    marks: ['rxId', 'txId', 'pgn'],
    forms: [
      {
        layout: 'sockaddr_can.j1939',
        fields: {
          interface: device,
          name: optional(unsigned64, 0n),
          pgn: optional(unsigned, J1939_NO_PGN),
          address: number,
        },
      },
      { layout: 'sockaddr_can.tp', fields: { interface: device, rxId: number, txId: number } },
      { layout: 'sockaddr_can', fields: { interface: device } },
    ],
  },
  {
    name: 'alg',
    family: AF_ALG,
    rules: { ...WITHOUT_ERROR_QUEUE, hasPeerNames: false },
    marks: ['feature', 'mask'],
    forms: [
      {
        layout: 'sockaddr_alg',
        fields: { type: required(text), name: required(longText(MAX_ALGORITHM_BYTES)), feature: zero, mask: zero },
      },
    ],
  },
  {
    name: 'xdp',
    family: AF_XDP,
    rules: WITHOUT_ERROR_QUEUE,
    marks: ['queue', 'sharedUmemFd'],
    forms: [{ layout: 'sockaddr_xdp', fields: { interface: device, queue: number, flags: zero, sharedUmemFd: zero } }],
  },
  {
    name: 'qipcrtr',
    family: AF_QIPCRTR,
    rules: WITHOUT_ERROR_QUEUE,
    marks: [],
    forms: [{ layout: 'sockaddr_qrtr', fields: { node: number, port: number } }],
  },
  {
    name: 'tipc',
    family: AF_TIPC,
    rules: WITHOUT_ERROR_QUEUE,
    marks: ['lower', 'upper', 'instance', 'domain', 'ref'],
    forms: [
      { layout: 'sockaddr_tipc.nameseq', kind: 1, fields: { type: number, lower: number, upper: number, scope } },
      { layout: 'sockaddr_tipc.name', kind: 2, fields: { type: number, instance: number, domain: zero, scope } },
      { layout: 'sockaddr_tipc.id', kind: 3, fields: { ref: number, node: number, scope } },
    ],
  },
  {
    name: 'bluetooth',
    family: AF_BLUETOOTH,
    rules: USUAL_RULES,
    marks: ['psm', 'channelId', 'addressType', 'device'],
    forms: [
      {
        layout: 'sockaddr_l2',
        fields: { address: required(bluetoothAddress), psm: number, channelId: zero, addressType: zero },
      },
      { layout: 'sockaddr_rc', fields: { address: required(bluetoothAddress), channel: number } },
      { layout: 'sockaddr_sco', fields: { address: required(bluetoothAddress) } },
      { layout: 'sockaddr_hci', fields: { device: number, channel: optional(unsigned, HCI_CHANNEL_RAW) } },
    ],
  },
]

/** The rows of the families that this system has. The value of a name that it lacks is -1. */
export const linuxFamilies: readonly FieldFamily[] = ROWS.filter(({ family }) => family >= 0)
