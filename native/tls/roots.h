// The roots that a connection trusts unless it names others: node:tls has some 140. Parsing all of them takes longer than the
// rest of a process's first request, and a connection needs one. So each is parsed when a chain leads to it.
#pragma once

#include <string>

#include "tls/openssl.h"

namespace berkeley::tls {

// Sets the roots, certificates in PEM; later calls in the process keep the first. False if there is none, with the reason in
// OpenSSL's queue.
bool SetRoots(const std::string& pem);

// How many are parsed; -1 before SetRoots.
int CountParsedRoots();

// The store that finds them, with a reference for the caller; null before SetRoots.
X509Store* UseRoots();

}  // namespace berkeley::tls
