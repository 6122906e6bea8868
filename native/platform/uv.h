// The functions of libuv, looked up by name at run time: the same binary loads in runtimes that lack them.
#pragma once

#include <uv.h>

namespace berkeley::platform {

struct Uv {
  decltype(&uv_signal_init) signal_init;
  decltype(&uv_signal_start) signal_start;
  decltype(&uv_poll_init) poll_init;
  decltype(&uv_poll_start) poll_start;
  decltype(&uv_prepare_init) prepare_init;
  decltype(&uv_prepare_start) prepare_start;
  decltype(&uv_ref) ref;
  decltype(&uv_unref) unref;
  decltype(&uv_close) close;

  // Null if any of them is missing.
  static const Uv* Get();
};

}  // namespace berkeley::platform
