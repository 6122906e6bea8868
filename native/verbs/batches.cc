// recvmmsg and sendmmsg: many datagrams of one socket in one call.
#include <netinet/in.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "js/call.h"
#include "platform/control.h"
#include "platform/platform.h"
#include "verbs/exports.h"
#include "wait/wait.h"

namespace berkeley {
namespace {

// TypeScript reads the same layout.
struct Row {
  int32_t size;            // of the message, in bytes
  int32_t flags;           // of a received message
  int32_t address_length;  // 0: no address
  int32_t segment_size;    // of the datagrams that are joined in it; 0: it is one
};

// Room for one control message of an int.
constexpr size_t kControlBytes = 32;

// The memory of a batch: `share` bytes of it, a row and an address for each message.
struct Batch final : Request {
  using Request::Request;

  int64_t Revalidate(const Environment& environment) override {
    int64_t reason = Request::Revalidate(environment);
    return reason == 0 && !(rows.Revalidate() && addresses.Revalidate()) ? kChanged : reason;
  }

  uint8_t* DataAt(size_t index) const { return memory.data() + index * share; }
  uint8_t* AddressAt(size_t index) const { return addresses.data() + index * Address::kCapacityBytes; }
  Row RowAt(size_t index) const {
    Row row;
    memcpy(&row, rows.data() + index * sizeof row, sizeof row);
    return row;
  }
  void SetRow(size_t index, const Row& row) { memcpy(rows.data() + index * sizeof row, &row, sizeof row); }

  Memory rows, addresses;
  size_t share = 0;
  size_t count = 0;
  bool joined = false;
};

// What the kernel reads and writes for a batch. It lives for one call.
struct Slots {
  explicit Slots(size_t count) : headers(count), vectors(count), controls(count) {}

  struct Control {
    alignas(platform::kControlAlignment) uint8_t bytes[kControlBytes];
  };
  std::vector<platform::MessageSlot> headers;
  std::vector<iovec> vectors;
  std::vector<Control> controls;
};

msghdr& Prepare(Slots& slots, size_t index, uint8_t* data, size_t size) {
  msghdr& header = slots.headers[index].msg_hdr;
  slots.vectors[index] = {data, size};
  header.msg_iov = &slots.vectors[index];
  header.msg_iovlen = 1;
  return header;
}

int32_t SegmentSizeOf(const msghdr& header) {
  int32_t size = 0;
  const auto* control = static_cast<const uint8_t*>(header.msg_control);
  platform::ForEachControlItem(control, header.msg_controllen, [&](const platform::ControlItem& item) {
    bool states_size = item.level == IPPROTO_UDP && item.type == platform::kUdpGro && item.length >= sizeof size;
    if (states_size) memcpy(&size, control + item.offset, sizeof size);
  });
  return size;
}

int64_t CallRecvBatch(Request& request) {
  auto& batch = static_cast<Batch&>(request);
  Slots slots(batch.count);
  for (size_t i = 0; i < batch.count; i++) {
    msghdr& header = Prepare(slots, i, batch.DataAt(i), batch.share);
    header.msg_name = batch.AddressAt(i);
    header.msg_namelen = Address::kCapacityBytes;
    // Without a control buffer the kernel closes descriptors that come with a message.
    if (batch.joined) {
      header.msg_control = slots.controls[i].bytes;
      header.msg_controllen = kControlBytes;
    }
  }
  int count = platform::RecvMessages(batch.fd, slots.headers.data(), static_cast<unsigned>(batch.count),
                                     batch.flags | MSG_DONTWAIT);
  for (int i = 0; i < count; i++) {
    const msghdr& header = slots.headers[i].msg_hdr;
    int32_t segment_size = batch.joined ? SegmentSizeOf(header) : 0;
    batch.SetRow(i, {static_cast<int32_t>(slots.headers[i].msg_len), header.msg_flags,
                     static_cast<int32_t>(header.msg_namelen), segment_size});
  }
  return count;
}

// Asks the kernel to split a message into datagrams of this size.
void SetSegmentSize(msghdr& header, Slots::Control& control, int32_t segment_size) {
  auto size = static_cast<uint16_t>(segment_size);
  platform::WriteControlHeader(control.bytes, IPPROTO_UDP, platform::kUdpSegment, sizeof size);
  memcpy(control.bytes + platform::ControlLength(0), &size, sizeof size);
  header.msg_control = control.bytes;
  header.msg_controllen = platform::ControlSpace(sizeof size);
}

int64_t CallSendBatch(Request& request) {
  auto& batch = static_cast<Batch&>(request);
  Slots slots(batch.count);
  for (size_t i = 0; i < batch.count; i++) {
    Row row = batch.RowAt(i);
    size_t size = std::min(static_cast<size_t>(std::max(row.size, 0)), batch.share);
    msghdr& header = Prepare(slots, i, batch.DataAt(i), size);
    if (row.address_length > 0) {
      header.msg_name = batch.AddressAt(i);
      header.msg_namelen = std::min(static_cast<socklen_t>(row.address_length), Address::kCapacityBytes);
    }
    if (row.segment_size > 0) SetSegmentSize(header, slots.controls[i], row.segment_size);
  }
  return platform::SendMessages(batch.fd, slots.headers.data(), static_cast<unsigned>(batch.count),
                                batch.flags | MSG_DONTWAIT | platform::kNoSignal);
}

Next OnBatchError(const Request&, int error) {
  if (error == EAGAIN || error == EWOULDBLOCK) return Next::kWait;
  return error == EINTR ? Next::kRetry : Next::kDone;
}

const Verb kRecvBatch = {CallRecvBatch, OnBatchError, POLLIN, nullptr, nullptr};
const Verb kSendBatch = {CallSendBatch, OnBatchError, POLLOUT, nullptr, nullptr};

// Reads the arguments that both verbs have, at these indices, and checks that every message has room.
bool ReadBatch(Call& call, Batch& batch, size_t rows_index, size_t addresses_index, size_t count) {
  int share = call.Int(2);
  batch.memory = call.WaitingView(1);
  batch.rows = call.WaitingView(rows_index);
  batch.addresses = call.WaitingView(addresses_index);
  call.Require(share > 0 && count <= batch.rows.size() / sizeof(Row));
  call.Require(share > 0 && count <= batch.memory.size() / static_cast<size_t>(std::max(share, 1)));
  call.Require(count <= batch.addresses.size() / Address::kCapacityBytes);
  batch.share = static_cast<size_t>(std::max(share, 0));
  batch.count = count;
  return call.ok();
}

napi_value Transfer(Call& call, const Verb& verb, Batch& batch, double timeout_ms) {
  bool is_try = (batch.flags & (MSG_DONTWAIT | platform::kErrorQueue)) != 0;
  return call.Return(Perform(call.environment(), verb, batch, is_try ? 0 : timeout_ms));
}

napi_value RecvBatch(Call& call) {
  Batch batch(call.Int(0));
  batch.joined = call.Bool(5);
  batch.flags = call.Int(6);
  double timeout_ms = call.Double(7);
  size_t count = call.View(3).size / sizeof(Row);
  return ReadBatch(call, batch, 3, 4, count) ? Transfer(call, kRecvBatch, batch, timeout_ms) : call.Return(0);
}

napi_value SendBatch(Call& call) {
  Batch batch(call.Int(0));
  int count = call.Int(3);
  batch.flags = call.Int(6);
  double timeout_ms = call.Double(7);
  call.Require(count >= 0);
  size_t messages = static_cast<size_t>(std::max(count, 0));
  return ReadBatch(call, batch, 4, 5, messages) ? Transfer(call, kSendBatch, batch, timeout_ms) : call.Return(0);
}

}  // namespace

const Export kBatchExports[] = {{"recvBatch", RecvBatch, kFdArgument},
                                {"sendBatch", SendBatch, kFdArgument},
                                {nullptr, nullptr}};

}  // namespace berkeley
