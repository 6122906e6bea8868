// Descriptors that a thread offers to the others of its process: released by its environment, and owned by the offer. The
// environment that takes one over owns it from then on. One that is not taken over is closed when it is withdrawn, at the latest
// by the end of the environment that has offered it.
#pragma once

#include <cstdint>
#include <functional>

namespace berkeley {

struct Environment;

// Returns the number of the offer, which no other offer has in any process that runs.
int64_t Offer(const Environment& environment, int fd);

// Calls `take` with the descriptor, which no other thread can take or withdraw meanwhile. The offer ends unless `take` returns
// -errno. Returns the result of `take`; -ENOENT if there is no such offer.
int64_t TakeOffer(int64_t number, const std::function<int64_t(int fd)>& take);

// Returns whether there was such an offer.
bool WithdrawOffer(int64_t number);

void WithdrawOffersOf(const Environment& environment);

}  // namespace berkeley
