// Finds what a certificate in DER has, without parsing it.
#pragma once

#include <string_view>

namespace berkeley::tls {

// The subject of a certificate (RFC 5280, 4.1), whole; empty if it is not where it belongs.
std::string_view SubjectOf(std::string_view certificate);

}  // namespace berkeley::tls
