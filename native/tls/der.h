// Locates fields of a certificate in DER without parsing it.
#pragma once

#include <string_view>

namespace berkeley::tls {

// The subject of a certificate (RFC 5280, 4.1), whole; empty if it is not found.
std::string_view SubjectOf(std::string_view certificate);

}  // namespace berkeley::tls
