#include "platform/layouts.h"

#include <sys/socket.h>

#include <cstdint>

// Facts: the kernel's headers have these structures, but old systems' headers lack the newer members (svm_flags, those of
// J1939), and Bluetooth's belong to another package. The structures are the kernel's binary interface, which never
// changes.
// Consequence: they are declared here, and a test compares each field with what a C program makes of the headers that
// the system has.

namespace berkeley {
#ifdef __linux__
namespace {

struct NetlinkAddress {
  uint16_t family, padding;
  uint32_t pid, groups;
};

struct PacketAddress {
  uint16_t family, protocol;
  int32_t interface;
  uint16_t hardware_type;
  uint8_t packet_type;
  // The length, then the bytes. The kernel lets longer addresses than these 8 bytes follow.
  uint8_t hardware_address[1 + 8];
};

struct VsockAddress {
  uint16_t family, reserved;
  uint32_t port, cid;
  uint8_t flags, zero[3];
};

struct CanAddress {
  uint16_t family;
  int32_t interface;
  // Kernels before 5.4 refuse an address without these bytes, which CAN_RAW and CAN_BCM do not use.
  uint8_t padding[8];
};

struct IsotpAddress {
  uint16_t family;
  int32_t interface;
  uint32_t rx_id, tx_id;
};

struct J1939Address {
  uint16_t family;
  int32_t interface;
  // A 64-bit integer, at this offset on every architecture whatever the alignment of such integers is.
  uint8_t name[8];
  uint32_t pgn;
  uint8_t address, padding[3];
};

struct AlgAddress {
  uint16_t family;
  uint8_t type[14];
  uint32_t feature, mask;
  // Longer names may follow these 64 bytes.
  uint8_t name[64];
};

struct XdpAddress {
  uint16_t family, flags;
  uint32_t interface, queue, shared_umem_fd;
};

struct QipcrtrAddress {
  uint16_t family;
  uint32_t node, port;
};

// All of TIPC's addresses have this size. What the three numbers mean is said by the kind.
struct TipcAddress {
  uint16_t family;
  uint8_t kind;
  int8_t scope;
  uint32_t numbers[3];
};

struct HciAddress {
  uint16_t family, device, channel;
};

struct ScoAddress {
  uint16_t family;
  uint8_t address[6];
};

struct RfcommAddress {
  uint16_t family;
  uint8_t address[6], channel;
};

struct L2capAddress {
  uint16_t family, psm;
  uint8_t address[6];
  uint16_t channel_id;
  uint8_t address_type;
};

constexpr bool kHostIsLittle = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__;

#define FIELD(name, structure, member, little_endian) \
  {name, offsetof(structure, member), sizeof(structure::member), little_endian}
#define HOST_ORDER(name, structure, member) FIELD(name, structure, member, kHostIsLittle)
#define NETWORK_ORDER(name, structure, member) FIELD(name, structure, member, false)
#define LITTLE_ENDIAN_ORDER(name, structure, member) FIELD(name, structure, member, true)
#define END {nullptr, 0, 0, false}

constexpr AddressField kNetlink[] = {
    HOST_ORDER("pid", NetlinkAddress, pid), HOST_ORDER("groups", NetlinkAddress, groups), END};

constexpr AddressField kPacket[] = {
    NETWORK_ORDER("protocol", PacketAddress, protocol), HOST_ORDER("interface", PacketAddress, interface),
    HOST_ORDER("hardwareType", PacketAddress, hardware_type), HOST_ORDER("packetType", PacketAddress, packet_type),
    HOST_ORDER("hardwareAddress", PacketAddress, hardware_address), END};

constexpr AddressField kVsock[] = {
    HOST_ORDER("port", VsockAddress, port), HOST_ORDER("cid", VsockAddress, cid),
    HOST_ORDER("flags", VsockAddress, flags), END};

constexpr AddressField kCan[] = {HOST_ORDER("interface", CanAddress, interface), END};

constexpr AddressField kIsotp[] = {
    HOST_ORDER("interface", IsotpAddress, interface), HOST_ORDER("rxId", IsotpAddress, rx_id),
    HOST_ORDER("txId", IsotpAddress, tx_id), END};

constexpr AddressField kJ1939[] = {
    HOST_ORDER("interface", J1939Address, interface), HOST_ORDER("name", J1939Address, name),
    HOST_ORDER("pgn", J1939Address, pgn), HOST_ORDER("address", J1939Address, address), END};

constexpr AddressField kAlg[] = {
    HOST_ORDER("type", AlgAddress, type), HOST_ORDER("feature", AlgAddress, feature),
    HOST_ORDER("mask", AlgAddress, mask), HOST_ORDER("name", AlgAddress, name), END};

constexpr AddressField kXdp[] = {
    HOST_ORDER("flags", XdpAddress, flags), HOST_ORDER("interface", XdpAddress, interface),
    HOST_ORDER("queue", XdpAddress, queue), HOST_ORDER("sharedUmemFd", XdpAddress, shared_umem_fd), END};

constexpr AddressField kQipcrtr[] = {
    HOST_ORDER("node", QipcrtrAddress, node), HOST_ORDER("port", QipcrtrAddress, port), END};

constexpr AddressField kTipcRange[] = {
    HOST_ORDER("kind", TipcAddress, kind), HOST_ORDER("scope", TipcAddress, scope),
    HOST_ORDER("type", TipcAddress, numbers[0]), HOST_ORDER("lower", TipcAddress, numbers[1]),
    HOST_ORDER("upper", TipcAddress, numbers[2]), END};

constexpr AddressField kTipcService[] = {
    HOST_ORDER("kind", TipcAddress, kind), HOST_ORDER("scope", TipcAddress, scope),
    HOST_ORDER("type", TipcAddress, numbers[0]), HOST_ORDER("instance", TipcAddress, numbers[1]),
    HOST_ORDER("domain", TipcAddress, numbers[2]), END};

constexpr AddressField kTipcSocket[] = {
    HOST_ORDER("kind", TipcAddress, kind), HOST_ORDER("scope", TipcAddress, scope),
    HOST_ORDER("ref", TipcAddress, numbers[0]), HOST_ORDER("node", TipcAddress, numbers[1]), END};

constexpr AddressField kHci[] = {
    HOST_ORDER("device", HciAddress, device), HOST_ORDER("channel", HciAddress, channel), END};

constexpr AddressField kSco[] = {LITTLE_ENDIAN_ORDER("address", ScoAddress, address), END};

constexpr AddressField kRfcomm[] = {
    LITTLE_ENDIAN_ORDER("address", RfcommAddress, address), HOST_ORDER("channel", RfcommAddress, channel), END};

constexpr AddressField kL2cap[] = {
    LITTLE_ENDIAN_ORDER("psm", L2capAddress, psm), LITTLE_ENDIAN_ORDER("address", L2capAddress, address),
    LITTLE_ENDIAN_ORDER("channelId", L2capAddress, channel_id),
    HOST_ORDER("addressType", L2capAddress, address_type), END};

}  // namespace

const AddressLayout kAddressLayouts[] = {
    {"sockaddr_nl", AF_NETLINK, sizeof(NetlinkAddress), kNetlink},
    {"sockaddr_ll", AF_PACKET, sizeof(PacketAddress), kPacket},
    {"sockaddr_vm", AF_VSOCK, sizeof(VsockAddress), kVsock},
    {"sockaddr_can", AF_CAN, sizeof(CanAddress), kCan},
    {"sockaddr_can.tp", AF_CAN, sizeof(IsotpAddress), kIsotp},
    {"sockaddr_can.j1939", AF_CAN, sizeof(J1939Address), kJ1939},
    {"sockaddr_alg", AF_ALG, sizeof(AlgAddress), kAlg},
    {"sockaddr_xdp", AF_XDP, sizeof(XdpAddress), kXdp},
    {"sockaddr_qrtr", AF_QIPCRTR, sizeof(QipcrtrAddress), kQipcrtr},
    {"sockaddr_tipc.nameseq", AF_TIPC, sizeof(TipcAddress), kTipcRange},
    {"sockaddr_tipc.name", AF_TIPC, sizeof(TipcAddress), kTipcService},
    {"sockaddr_tipc.id", AF_TIPC, sizeof(TipcAddress), kTipcSocket},
    {"sockaddr_hci", AF_BLUETOOTH, sizeof(HciAddress), kHci},
    {"sockaddr_sco", AF_BLUETOOTH, sizeof(ScoAddress), kSco},
    {"sockaddr_rc", AF_BLUETOOTH, sizeof(RfcommAddress), kRfcomm},
    {"sockaddr_l2", AF_BLUETOOTH, sizeof(L2capAddress), kL2cap},
    {nullptr, 0, 0, nullptr}};
#else
const AddressLayout kAddressLayouts[] = {{nullptr, 0, 0, nullptr}};
#endif

}  // namespace berkeley
