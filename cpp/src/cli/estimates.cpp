#include "cli/estimates.h"

#include <stdexcept>

#include "wakesleep/exact.h"

namespace wakesleep::cli {

void print(const char* name, const Average& found) {
  std::printf("%s: %.6f, standard error %.6f\n", name, found.mean, found.error);
}

double print_log_partition(const Rbm& rbm, const Dataset& examples, const Estimates& given) {
  if (given.method == "exact") {
    if (given.reverse) throw std::invalid_argument("--reverse needs --method ais");
    ExactLogPartition sum(rbm);
    to_the_end(sum, "log Z");
    std::printf("log Z: %.6f\n", sum.log_z());
    return sum.log_z();
  }
  const VectorD rates = examples.mean();
  const auto print_estimate = [](const char* name, const LogPartition& found) {
    std::printf("log Z by %s: %.4f, three standard errors of Z: %.4f to %.4f\n", name, found.log_z, found.low,
                found.high);
  };
  if (!given.reverse) {
    AisLogPartition sum(rbm, given.ais, &rates);
    to_the_end(sum, "AIS");
    print_estimate("AIS", sum.estimate());
    return sum.estimate().log_z;
  }
  BidirectionalAis both(rbm, given.ais, &rates, &examples);
  to_the_end(both, "AIS");
  print_estimate("AIS", both.forward().estimate());
  print_estimate(both.reverse().start() == ReverseStart::exact
                     ? "reverse AIS, in expectation an upper bound, from exact samples"
                     : "reverse AIS, a check from chains",
                 both.reverse().estimate());
  if (const std::string warning = both.warning(); !warning.empty()) std::printf("warning: %s.\n", warning.c_str());
  return both.forward().estimate().log_z;
}

}  // namespace wakesleep::cli
