// The handshake, and what OpenSSL asks during it: whether a certificate is valid, which protocol of ALPN to choose, which
// context to use for a server name.
//
// Certificates are judged as node:tls judges them, so that the codes agree: the whole chain is verified, and the last
// error counts. But a certificate that is refused ends the handshake here, with an alert to the peer, where node:tls
// completes it first.
#pragma once

#include <cstdint>

#include "tls/connection.h"

namespace berkeley::tls {

void SetHandshakeCallbacks(SslContext* context);

// For a connection whose keys are logged. Where a context has the callback, OpenSSL prints every secret of every handshake
// in hexadecimal, digit by digit: some 15 microseconds.
void EnableKeyLog(SslContext* context);

// Continues the handshake without waiting: 0 once it is complete and sent, or as Connection::Settle.
int64_t ContinueHandshake(Connection& connection);

}  // namespace berkeley::tls
