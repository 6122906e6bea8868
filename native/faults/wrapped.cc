// The functions that the linker puts in place of the system's: see switch.h.
#include <fcntl.h>
#include <net/if.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdarg>
#include <tuple>
#include <type_traits>

#include <node_api.h>

#include "faults/switch.h"

// Attributes of the C library's declarations, such as its access to the parameters, do not matter to their types.
#pragma GCC diagnostic ignored "-Wignored-attributes"

namespace berkeley::faults {
namespace {

// The result and the parameters of a function.
template <typename Type>
struct Signature;
template <typename ResultType, typename... Parameters>
struct Signature<ResultType(Parameters...)> {
  using Result = ResultType;
  template <size_t kIndex>
  using Parameter = std::tuple_element_t<kIndex, std::tuple<Parameters...>>;
};
template <typename Result, typename... Parameters>
struct Signature<Result(Parameters...) noexcept> : Signature<Result(Parameters...)> {};
template <typename Result, typename... Parameters>
struct Signature<Result(Parameters..., ...)> : Signature<Result(Parameters...)> {};
template <typename Result, typename... Parameters>
struct Signature<Result(Parameters..., ...) noexcept> : Signature<Result(Parameters...)> {};

// How a call reports an error: by errno; as its result; or as getaddrinfo(3) does, whose own errors are negative.
enum Reports { kErrno, kNumber, kResolver };

template <typename Result>
Result Failed(Reports reports, int error) {
  if constexpr (std::is_same_v<Result, napi_status>) return napi_generic_failure;
  if constexpr (std::is_same_v<Result, void*>) return errno = error, MAP_FAILED;
  else if constexpr (std::is_pointer_v<Result>) return errno = error, nullptr;
  else if constexpr (std::is_unsigned_v<Result>) return errno = error, Result{0};
  else {
    bool is_result = reports == kNumber || (reports == kResolver && error < 0);
    if (is_result) return static_cast<Result>(error);
    errno = error;
    return static_cast<Result>(reports == kResolver ? EAI_SYSTEM : -1);
  }
}

}  // namespace
}  // namespace berkeley::faults

using namespace berkeley::faults;

#define P(symbol, index, name) Signature<decltype(::symbol)>::Parameter<index> name
#define PARAMETERS_0(s)
#define PARAMETERS_1(s) P(s, 0, a)
#define PARAMETERS_2(s) PARAMETERS_1(s), P(s, 1, b)
#define PARAMETERS_3(s) PARAMETERS_2(s), P(s, 2, c)
#define PARAMETERS_4(s) PARAMETERS_3(s), P(s, 3, d)
#define PARAMETERS_5(s) PARAMETERS_4(s), P(s, 4, e)
#define PARAMETERS_6(s) PARAMETERS_5(s), P(s, 5, f)
#define PARAMETERS_7(s) PARAMETERS_6(s), P(s, 6, g)
#define PARAMETERS_11(s) PARAMETERS_7(s), P(s, 7, h), P(s, 8, i), P(s, 9, j), P(s, 10, k)
#define NAMES_0
#define NAMES_1 a
#define NAMES_2 a, b
#define NAMES_3 a, b, c
#define NAMES_4 a, b, c, d
#define NAMES_5 a, b, c, d, e
#define NAMES_6 a, b, c, d, e, f
#define NAMES_7 a, b, c, d, e, f, g
#define NAMES_11 a, b, c, d, e, f, g, h, i, j, k

#define RESULT(symbol) Signature<decltype(::symbol)>::Result

#define CALL(symbol, name, reports, parameters)                           \
  extern "C" decltype(::symbol) __real_##symbol;                          \
  extern "C" RESULT(symbol) __wrap_##symbol(PARAMETERS_##parameters(symbol)) { \
    int error = Strike(k_##symbol);                                       \
    if (error != 0 && error != kShort) return Failed<RESULT(symbol)>(reports, error); \
    return __real_##symbol(NAMES_##parameters);                           \
  }

#define TRANSFER(symbol, name, reports, parameters, length)               \
  extern "C" decltype(::symbol) __real_##symbol;                          \
  extern "C" RESULT(symbol) __wrap_##symbol(PARAMETERS_##parameters(symbol)) { \
    int error = Strike(k_##symbol);                                       \
    if (error != 0 && error != kShort) return Failed<RESULT(symbol)>(reports, error); \
    if (error == kShort && length > 1) length = 1;                        \
    return __real_##symbol(NAMES_##parameters);                           \
  }

// Its third argument is a number or a pointer, if it has one.
#define VARIADIC(symbol, name)                                            \
  extern "C" decltype(::symbol) __real_##symbol;                          \
  extern "C" int __wrap_##symbol(PARAMETERS_2(symbol), ...) {             \
    int error = Strike(k_##symbol);                                       \
    if (error != 0 && error != kShort) return Failed<int>(kErrno, error); \
    va_list rest;                                                         \
    va_start(rest, b);                                                    \
    long c = va_arg(rest, long);                                          \
    va_end(rest);                                                         \
    return __real_##symbol(a, b, c);                                      \
  }

// Whatever close(2) reports, Linux has freed the descriptor.
#define CLOSE(symbol, name)                                               \
  extern "C" decltype(::symbol) __real_##symbol;                          \
  extern "C" int __wrap_##symbol(int fd) {                                \
    int error = Strike(k_##symbol);                                       \
    int result = __real_##symbol(fd);                                     \
    return error != 0 && error != kShort ? Failed<int>(kErrno, error) : result; \
  }

// A connect(2) that reports one of these goes on in the background.
#define CONNECT(symbol, name)                                             \
  extern "C" decltype(::symbol) __real_##symbol;                          \
  extern "C" int __wrap_##symbol(PARAMETERS_3(symbol)) {                  \
    int error = Strike(k_##symbol);                                       \
    if (error == 0 || error == kShort) return __real_##symbol(a, b, c);   \
    if (error == EINTR || error == EINPROGRESS || error == EALREADY) __real_##symbol(a, b, c); \
    return Failed<int>(kErrno, error);                                    \
  }

#include "faults/calls.inc"
