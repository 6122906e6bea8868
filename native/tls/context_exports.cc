// Contexts for TypeScript: making one, and setting it up.
#include "tls/arguments.h"
#include "tls/connection.h"
#include "tls/exports.h"
#include "tls/failure.h"
#include "tls/handle.h"
#include "tls/handshake.h"
#include "tls/roots.h"

namespace berkeley {
namespace tls {
namespace {

// What `tlsContextUse` sets; src/tls/numbers.ts has the same numbers.
enum class Setting : int32_t { kTrust, kChain, kKey, kPkcs12, kCiphers, kCipherSuites };

napi_value LoadOpenSsl(Call& call) {
  bool system = call.Bool(0);
  if (!call.ok()) return call.Return(0);
  if (!Load(system)) return ReturnNull(call);
  return call.ReturnText(openssl.OpenSSL_version(0));
}

napi_value NewContext(Call& call) {
  if (!call.ok() || !Load(false)) return call.Return(kTlsFailed);
  openssl.ERR_clear_error();
  auto context = std::make_shared<Context>();
  if (context->get() == nullptr) return call.Return(Fail());
  SetHandshakeCallbacks(context->get());
  return call.ReturnObject(Wrap(call, std::move(context)));
}

bool Apply(Context& context, Setting setting, const std::string& bytes, const std::string& passphrase) {
  switch (setting) {
    case Setting::kTrust:
      return context.Trust(bytes);
    case Setting::kChain:
      return context.UseChain(bytes);
    case Setting::kKey:
      return context.UseKey(bytes, passphrase);
    case Setting::kPkcs12:
      return context.UsePkcs12(bytes, passphrase);
    case Setting::kCiphers:
      return context.UseCiphers(bytes);
    case Setting::kCipherSuites:
      return context.UseCipherSuites(bytes);
  }
  return false;
}

napi_value Use(Call& call) {
  auto context = Unwrap<Context>(call, 0);
  int32_t setting = call.Int(1);
  std::string bytes = CopyOf(call, 2), passphrase = CopyOf(call, 3);
  if (!call.ok()) return call.Return(0);
  openssl.ERR_clear_error();
  bool used = Apply(*context, static_cast<Setting>(setting), bytes, passphrase);
  return call.Return(used ? 0 : Fail());
}

napi_value UseVersions(Call& call) {
  auto context = Unwrap<Context>(call, 0);
  int min = call.Int(1), max = call.Int(2);
  if (!call.ok()) return call.Return(0);
  openssl.ERR_clear_error();
  return call.Return(context->UseVersions(min, max) ? 0 : Fail());
}

napi_value ReturnCountOfParsedRoots(Call& call) { return call.Return(CountParsedRoots()); }

napi_value SetRootsOfProcess(Call& call) {
  std::string pem = CopyOf(call, 0);
  if (!call.ok() || !Load(false)) return call.Return(kTlsFailed);
  openssl.ERR_clear_error();
  return call.Return(SetRoots(pem) ? 0 : Fail());
}

napi_value TrustRoots(Call& call) {
  auto context = Unwrap<Context>(call, 0);
  if (!call.ok()) return call.Return(0);
  return call.Return(context->TrustRoots() ? 0 : Fail());
}

napi_value CountAlive(Call& call) { return call.Return(Context::alive * 1000000LL + Connection::alive); }

}  // namespace
}  // namespace tls

const Export kTlsContextExports[] = {{"tlsLoad", tls::LoadOpenSsl},
                                     {"tlsContext", tls::NewContext},
                                     {"tlsContextUse", tls::Use},
                                     {"tlsContextVersions", tls::UseVersions},
                                     {"tlsParsedRoots", tls::ReturnCountOfParsedRoots},
                                     {"tlsSetRoots", tls::SetRootsOfProcess},
                                     {"tlsTrustRoots", tls::TrustRoots},
                                     {"tlsFailure", tls::ReturnFailure},
                                     {"tlsCountAlive", tls::CountAlive},
                                     {nullptr, nullptr}};

}  // namespace berkeley
