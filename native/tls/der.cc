#include "tls/der.h"

#include "tls/openssl.h"

namespace berkeley::tls {

namespace {

// Of the result of ASN1_get_object.
constexpr int kConstructed = 0x20;

struct Object {
  int tag = -1;
  int kind = -1;
  std::string_view whole;
  std::string_view content;
};

// Takes the next object; one without a tag if there is none, or if its length is not definite.
Object Next(std::string_view& rest) {
  auto* start = reinterpret_cast<const uint8_t*>(rest.data());
  const uint8_t* content = start;
  long size = 0;
  Object object;
  int result =
      openssl.ASN1_get_object(&content, &size, &object.tag, &object.kind, static_cast<long>(rest.size()));
  if ((result & ~kConstructed) != 0) return Object();
  auto header = static_cast<size_t>(content - start);
  object.whole = rest.substr(0, header + static_cast<size_t>(size));
  object.content = object.whole.substr(header);
  rest.remove_prefix(object.whole.size());
  return object;
}

}  // namespace

std::string_view SubjectOf(std::string_view certificate) {
  constexpr int kSequence = 16, kUniversal = 0, kContextSpecific = 0x80;
  std::string_view signed_part = Next(certificate).content;
  std::string_view fields = Next(signed_part).content;
  Object field = Next(fields);
  // A certificate of version 1 does not have the version. After the serial number: signature, issuer, validity, subject.
  if (field.kind == kContextSpecific && field.tag == 0) field = Next(fields);
  for (int count = 0; count < 4; count++) field = Next(fields);
  return field.kind == kUniversal && field.tag == kSequence ? field.whole : std::string_view();
}

}  // namespace berkeley::tls
