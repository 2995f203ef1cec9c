#include "bindings/units.h"

namespace wakesleep::bindings {

Units units_from(const val& units) {
  Units out;
  out.type = unit_type(units["type"].as<std::string>());
  out.learned_sigma = units["learnedSigma"].as<bool>();
  for (const double size : vector_from<double>(units["groups"])) out.groups.push_back(static_cast<Index>(size));
  return out;
}

val units_to(const Units& units) {
  val out = val::object();
  out.set("type", std::string(name_of(units.type)));
  out.set("learnedSigma", units.learned_sigma);
  const std::vector<double> groups(units.groups.begin(), units.groups.end());
  out.set("groups", array_of("Float64Array", groups.data(), groups.size()));
  return out;
}

}  // namespace wakesleep::bindings
