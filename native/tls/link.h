// The BIO through which OpenSSL receives and sends: recv(2) and send(2) on the socket's descriptor, which never wait.
//
// Receiving. OpenSSL asks for the five bytes of a record's header, then for the rest. A small request is met from a buffer
// that one recv(2) fills, so a short record takes one call; a large one goes directly into OpenSSL's memory. OpenSSL's own
// read-ahead would do as well, but what it has read beyond a close_notify cannot be taken back, and after unwrap() those
// bytes belong to the plain socket.
//
// Sending. A record that is encrypted has to go out, whole and unchanged. OpenSSL therefore wants a write that would block
// to be repeated with the same data: if a program sends something else instead, the peer gets the old bytes under the new
// count. So the BIO always takes the whole record and keeps what the kernel does not. A send takes none of the data, or
// all of a record, and never has to be repeated. What is kept is at most one record and the messages of handshakes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "tls/openssl.h"

namespace berkeley::tls {

class Link {
 public:
  explicit Link(int fd) : fd_(fd) {}

  // A BIO over this link, which must outlive it. Null if memory ran out.
  Bio* NewBio();

  // Sends what is kept. 0, or -errno: -EAGAIN if the kernel takes no more.
  int64_t Flush();

  // Whether another record follows at once: TCP need not send a partial segment, nor wait for its acknowledgement.
  void set_more(bool more) { more_ = more; }

  // Puts bytes in front of those that are still to be received.
  void Prepend(const uint8_t* data, size_t size);
  // Takes the bytes that were received and that OpenSSL has not read.
  std::string TakeBuffered();

  // Frees all memory. The connection is closed, but its object stays until the garbage collector finds it.
  void Release();

  int fd() const { return fd_; }
  size_t buffered() const { return end_ - begin_ + prepended_.size(); }
  size_t unsent() const { return unsent_.size() - sent_; }
  bool ended() const { return ended_; }
  // The error of the last call that failed; 0 after ClearError.
  int error() const { return error_; }
  void ClearError() { error_ = 0; }
  // Counts the bytes that went through in either direction.
  uint64_t moved() const { return moved_; }

 private:
  static constexpr size_t kBufferBytes = 4096;
  // A peer that makes this side reply and receives nothing costs bounded memory.
  static constexpr size_t kMaxUnsentBytes = 131072;

  static int Read(Bio* bio, char* data, int size);
  static int Write(Bio* bio, const char* data, int size);
  static long Control(Bio* bio, int command, long number, void* pointer);

  int64_t Receive(uint8_t* data, size_t size);
  int64_t Send(const uint8_t* data, size_t size, bool more);
  size_t TakeInto(uint8_t* data, size_t size);

  const int fd_;
  std::unique_ptr<uint8_t[]> buffer_{new uint8_t[kBufferBytes]};  // null after Release
  size_t begin_ = 0, end_ = 0;
  std::string prepended_;
  std::string unsent_;
  size_t sent_ = 0;
  bool ended_ = false;
  bool more_ = false;
  int error_ = 0;
  uint64_t moved_ = 0;
};

}  // namespace berkeley::tls
