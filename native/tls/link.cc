#include "tls/link.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "platform/platform.h"

namespace berkeley::tls {

Bio* Link::NewBio() {
  static BioMethod* const method = [] {
    BioMethod* made = openssl.BIO_meth_new(openssl.BIO_get_new_index() | kBioSourceSink, "berkeley");
    openssl.BIO_meth_set_read(made, Read);
    openssl.BIO_meth_set_write(made, Write);
    openssl.BIO_meth_set_ctrl(made, Control);
    return made;
  }();
  Bio* bio = openssl.BIO_new(method);
  if (bio == nullptr) return nullptr;
  openssl.BIO_set_data(bio, this);
  openssl.BIO_set_init(bio, 1);
  return bio;
}

// One call, repeated only after a signal. Returns a count, or -errno.
int64_t Link::Receive(uint8_t* data, size_t size) {
  for (;;) {
    int64_t count = counted::recv(fd_, data, size, MSG_DONTWAIT);
    if (count >= 0) moved_ += static_cast<uint64_t>(count);
    if (count >= 0) return count;
    if (errno != EINTR) return errno == EWOULDBLOCK ? -EAGAIN : -errno;
  }
}

int64_t Link::Send(const uint8_t* data, size_t size, bool more) {
  int flags = MSG_DONTWAIT | platform::kNoSignal | (more ? platform::kMore : 0);
  for (;;) {
    int64_t count = counted::send(fd_, data, size, flags);
    if (count >= 0) moved_ += static_cast<uint64_t>(count);
    if (count >= 0) return count;
    if (errno != EINTR) return errno == EWOULDBLOCK ? -EAGAIN : -errno;
  }
}

int64_t Link::Flush() {
  while (sent_ < unsent_.size()) {
    int64_t count = Send(reinterpret_cast<const uint8_t*>(unsent_.data()) + sent_, unsent_.size() - sent_, false);
    if (count < 0) return count;
    sent_ += static_cast<size_t>(count);
  }
  if (sent_ > 0) unsent_.clear();
  sent_ = 0;
  return 0;
}

void Link::Prepend(const uint8_t* data, size_t size) { prepended_.append(reinterpret_cast<const char*>(data), size); }

std::string Link::TakeBuffered() {
  std::string taken = std::move(prepended_);
  prepended_.clear();
  taken.append(reinterpret_cast<const char*>(buffer_.get()) + begin_, end_ - begin_);
  begin_ = end_ = 0;
  return taken;
}

void Link::Release() {
  buffer_.reset();
  prepended_ = std::string();
  unsent_ = std::string();
  begin_ = end_ = sent_ = 0;
}

size_t Link::TakeInto(uint8_t* data, size_t size) {
  if (!prepended_.empty()) {
    size_t count = std::min(size, prepended_.size());
    memcpy(data, prepended_.data(), count);
    prepended_.erase(0, count);
    return count;
  }
  size_t count = std::min(size, end_ - begin_);
  memcpy(data, buffer_.get() + begin_, count);
  begin_ += count;
  return count;
}

int Link::Read(Bio* bio, char* data, int size) {
  auto* link = static_cast<Link*>(openssl.BIO_get_data(bio));
  openssl.BIO_clear_flags(bio, kBioRetryFlags);
  if (link == nullptr || size <= 0) return 0;
  auto* bytes = reinterpret_cast<uint8_t*>(data);
  auto wanted = static_cast<size_t>(size);
  if (link->buffered() > 0) return static_cast<int>(link->TakeInto(bytes, wanted));
  if (link->ended_) return 0;
  bool is_small = wanted < kBufferBytes;
  int64_t count = is_small ? link->Receive(link->buffer_.get(), kBufferBytes) : link->Receive(bytes, wanted);
  if (count == -EAGAIN) openssl.BIO_set_flags(bio, kBioRead | kBioShouldRetry);
  if (count < 0) {
    link->error_ = static_cast<int>(-count);
    return -1;
  }
  if (count == 0) link->ended_ = true;
  if (count == 0 || !is_small) return static_cast<int>(count);
  link->begin_ = 0;
  link->end_ = static_cast<size_t>(count);
  return static_cast<int>(link->TakeInto(bytes, wanted));
}

int Link::Write(Bio* bio, const char* data, int size) {
  auto* link = static_cast<Link*>(openssl.BIO_get_data(bio));
  openssl.BIO_clear_flags(bio, kBioRetryFlags);
  if (link == nullptr || size <= 0) return 0;
  int64_t count = link->Flush();
  if (count == 0) count = link->Send(reinterpret_cast<const uint8_t*>(data), static_cast<size_t>(size), link->more_);
  bool is_full = link->unsent() > kMaxUnsentBytes;
  if (count == -EAGAIN && is_full) openssl.BIO_set_flags(bio, kBioWrite | kBioShouldRetry);
  if (count < 0 && (count != -EAGAIN || is_full)) {
    link->error_ = static_cast<int>(-count);
    return -1;
  }
  size_t taken = count < 0 ? 0 : static_cast<size_t>(count);
  link->unsent_.erase(0, link->sent_);
  link->sent_ = 0;
  link->unsent_.append(data + taken, static_cast<size_t>(size) - taken);
  return size;
}

long Link::Control(Bio* bio, int command, long, void*) {
  if (command == kBioControlFlush) return 1;
  auto* link = static_cast<Link*>(openssl.BIO_get_data(bio));
  return command == kBioControlEof && link != nullptr && link->ended_ && link->buffered() == 0 ? 1 : 0;
}

}  // namespace berkeley::tls
