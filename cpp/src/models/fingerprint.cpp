#include "wakesleep/fingerprint.h"

#include <bit>

namespace wakesleep {
namespace {

class Fnv1a {
 public:
  void add(const float* values, Index count) {
    for (Index i = 0; i < count; ++i) {
      const auto bits = std::bit_cast<std::uint32_t>(values[i]);
      for (int shift = 0; shift < 32; shift += 8) hash_ = (hash_ ^ ((bits >> shift) & 0xff)) * 0x100000001b3u;
    }
  }
  void add(const Rbm& rbm) {
    add(rbm.W().data(), rbm.W().size());
    add(rbm.b().data(), rbm.b().size());
    add(rbm.c().data(), rbm.c().size());
    add(rbm.sigma_v().data(), rbm.sigma_v().size());
    add(rbm.sigma_h().data(), rbm.sigma_h().size());
  }
  void add(const Sbn& net) {
    const Index upper = net.depth();
    for (Index l = 0; l <= upper; ++l) {
      add(net.b(l).data(), net.b(l).size());
      if (l < upper) add(net.W(l).data(), net.W(l).size());
    }
    for (Index l = 0; net.has_recognition() && l < upper; ++l) {
      add(net.R(l).data(), net.R(l).size());
      add(net.c(l).data(), net.c(l).size());
    }
  }
  std::string text() const {
    std::string digits(16, '0');
    for (int i = 0; i < 16; ++i) digits[static_cast<std::size_t>(i)] = "0123456789abcdef"[(hash_ >> (60 - 4 * i)) & 15];
    return digits;
  }

 private:
  std::uint64_t hash_ = 0xcbf29ce484222325u;
};

}  // namespace

std::string fingerprint(const Rbm& rbm) {
  Fnv1a hash;
  hash.add(rbm);
  return hash.text();
}

std::string fingerprint(const Dbn& dbn) {
  Fnv1a hash;
  for (Index l = 0; l < dbn.depth(); ++l) hash.add(dbn.rbm(l));
  return hash.text();
}

std::string fingerprint(const Dbm& dbm) {
  Fnv1a hash;
  for (const Matrix& W : dbm.parameters().W) hash.add(W.data(), W.size());
  for (const Vector& b : dbm.parameters().b) hash.add(b.data(), b.size());
  return hash.text();
}

std::string fingerprint(const Sbn& net) {
  Fnv1a hash;
  hash.add(net);
  return hash.text();
}

}  // namespace wakesleep
