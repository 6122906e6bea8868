#include "wait/offers.h"

#include <unistd.h>

#include <cerrno>
#include <mutex>
#include <unordered_map>

#include "wait/descriptors.h"

namespace berkeley {
namespace {

struct Offered {
  int fd;
  const Environment* environment;
};

std::mutex& Lock() {
  static auto* lock = new std::mutex;
  return *lock;
}

std::unordered_map<int64_t, Offered>& Offers() {
  static auto* offers = new std::unordered_map<int64_t, Offered>;
  return *offers;
}

// JavaScript's numbers are exact up to 2^53, and Linux has fewer than 2^22 processes.
constexpr int kCountBits = 31;
int64_t count = 0;

}  // namespace

int64_t Offer(const Environment& environment, int fd) {
  std::lock_guard<std::mutex> guard(Lock());
  int64_t number = (static_cast<int64_t>(getpid()) << kCountBits) + ++count;
  Offers()[number] = {fd, &environment};
  return number;
}

int64_t TakeOffer(int64_t number, const std::function<int64_t(int fd)>& take) {
  std::lock_guard<std::mutex> guard(Lock());
  auto found = Offers().find(number);
  if (found == Offers().end()) return -ENOENT;
  int64_t result = take(found->second.fd);
  if (result >= 0) Offers().erase(found);
  return result;
}

bool WithdrawOffer(int64_t number) {
  std::lock_guard<std::mutex> guard(Lock());
  auto found = Offers().find(number);
  if (found == Offers().end()) return false;
  Descriptors::CloseReleased(found->second.fd);
  Offers().erase(found);
  return true;
}

void WithdrawOffersOf(const Environment& environment) {
  std::lock_guard<std::mutex> guard(Lock());
  for (auto each = Offers().begin(); each != Offers().end();) {
    bool is_own = each->second.environment == &environment;
    if (is_own) Descriptors::CloseReleased(each->second.fd);
    each = is_own ? Offers().erase(each) : std::next(each);
  }
}

}  // namespace berkeley
