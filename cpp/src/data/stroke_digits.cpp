#include "wakesleep/stroke_digits.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <stdexcept>
#include <string>
#include <utility>

#include "data/raster.h"
#include "math/scalar.h"
#include "wakesleep/random.h"

namespace wakesleep {
namespace {

constexpr std::uint64_t most_digits = std::uint64_t{1} << 53;
constexpr Index most_images = 1000000;
// Steps of the random stream that no digit's index reaches: the order of the labels within each ten.
constexpr std::uint64_t label_steps = std::uint64_t{1} << 55;

struct Spot {
  double x, y;
};

// Angles in degrees, 0 to the right, 90 downwards, so growing is clockwise. The radius grows by the factor `1 +
// spiral`.
struct Arc {
  Spot centre, radius;
  double from, sweep, spiral;
};

struct Control {
  Spot at;
  bool corner;  // the stroke may turn sharply here
};

// A writer's hand: the digits' functions below tell it where to go, in a square about one unit high, y downwards.
// Places are given in braces, because several random numbers in one call need an order: compilers evaluate the
// arguments of a function in either, and those of a braced list from left to right.
class Hand {
 public:
  explicit Hand(Random& random) : random_(random) {}

  double between(double low, double high) { return random_.uniform(low, high); }
  double normal(double mean, double deviation) { return mean + deviation * random_.normal(); }
  bool chance(double probability) { return random_.uniform() < probability; }

  void down(Spot at) {
    strokes_.emplace_back();
    corner(at);
  }
  void to(Spot at) { strokes_.back().push_back({at, false}); }
  void corner(Spot at) { strokes_.back().push_back({at, true}); }

  // Part of an ellipse, as smooth points.
  void arc(Arc arc) {
    const int steps = std::max(1, static_cast<int>(std::abs(arc.sweep) / 40 + 0.5));
    for (int i = 0; i <= steps; ++i) {
      const double part = static_cast<double>(i) / steps;
      const math::SinCos angle = math::sin_cos((arc.from + arc.sweep * part) * 0.017453292519943295769);
      const double radius = 1 + arc.spiral * (part - 0.5);
      to({arc.centre.x + arc.radius.x * radius * angle.cos, arc.centre.y + arc.radius.y * radius * angle.sin});
    }
  }
  void lift() { strokes_.emplace_back(); }
  // More slant to the right than the writer's own.
  void lean(double slant) { lean_ += slant; }

  std::vector<Stroke> written();

 private:
  void shake();
  void warp(std::vector<std::vector<Spot>>& lines);

  Random& random_;
  std::vector<std::vector<Control>> strokes_;
  double lean_ = 0;
};

void Hand::shake() {
  const double unsteadiness = between(0.01, 0.036);
  for (auto& stroke : strokes_) {
    for (Control& control : stroke) {
      control.at.x += normal(0, unsteadiness);
      control.at.y += normal(0, unsteadiness);
    }
  }
}

// A curve through the controls: Catmull-Rom splines, centripetal (Yuksel, Schaefer and Keyser 2011, "Parameterization
// and applications of Catmull-Rom curves": no loops or cusps within a span), which start anew at corners.
std::vector<Spot> smooth(const std::vector<Control>& controls) {
  constexpr double step = 0.04;  // under a pixel of the image
  std::vector<Spot> line;
  if (controls.empty()) return line;
  line.push_back(controls.front().at);
  const auto mirrored = [](Spot end, Spot inner) { return Spot{2 * end.x - inner.x, 2 * end.y - inner.y}; };
  const auto gap = [](Spot a, Spot b) {
    const double dx = b.x - a.x, dy = b.y - a.y;
    return std::max(1e-4, std::sqrt(std::sqrt(dx * dx + dy * dy)));
  };
  for (std::size_t i = 0; i + 1 < controls.size(); ++i) {
    const Spot b = controls[i].at, c = controls[i + 1].at;
    const bool starts = i == 0 || controls[i].corner, ends = i + 2 == controls.size() || controls[i + 1].corner;
    const Spot a = starts ? mirrored(b, c) : controls[i - 1].at, d = ends ? mirrored(c, b) : controls[i + 2].at;
    const double t1 = gap(a, b), t2 = t1 + gap(b, c), t3 = t2 + gap(c, d);
    const double length = (t2 - t1) * (t2 - t1);
    const int steps =
        starts && ends ? std::max(1, static_cast<int>(length / 0.15)) : std::max(1, static_cast<int>(length / step));
    const auto mix = [](Spot p, double tp, Spot q, double tq, double t) {
      const double part = (t - tp) / (tq - tp);
      return Spot{p.x + (q.x - p.x) * part, p.y + (q.y - p.y) * part};
    };
    for (int s = 1; s <= steps; ++s) {
      const double t = t1 + (t2 - t1) * s / steps;
      const Spot ab = mix(a, 0, b, t1, t), bc = mix(b, t1, c, t2, t), cd = mix(c, t2, d, t3, t);
      line.push_back(mix(mix(ab, 0, bc, t2, t), t1, mix(bc, t1, cd, t3, t), t2, t));
    }
  }
  return line;
}

// One smooth map of the whole sheet: slant, aspect and rotation are its linear part, and a random polynomial of the
// third degree bends it.
void Hand::warp(std::vector<std::vector<Spot>>& lines) {
  const double slant = lean_ + normal(0.12, 0.22), aspect = math::exp(normal(0.05, 0.19)), turn = normal(0, 0.09);
  const double bend = 0.055;
  std::array<double, 7> bend_x, bend_y;
  for (double& value : bend_x) value = normal(0, bend);
  for (double& value : bend_y) value = normal(0, bend);
  const math::SinCos angle = math::sin_cos(turn);
  for (auto& line : lines) {
    for (Spot& spot : line) {
      const double u = 2 * spot.x - 0.6, v = 2 * spot.y - 1;
      const std::array<double, 7> terms = {u * u, u * v, v * v, u * u * u, u * u * v, u * v * v, v * v * v};
      double x = u, y = v;
      for (std::size_t i = 0; i < terms.size(); ++i) {
        x += bend_x[i] * terms[i];
        y += bend_y[i] * terms[i];
      }
      x = (x - slant * y) * aspect;
      spot = {x * angle.cos - y * angle.sin, x * angle.sin + y * angle.cos};
    }
  }
}

// The strokes, fitted to the unit square.
std::vector<Stroke> Hand::written() {
  shake();
  std::vector<std::vector<Spot>> lines;
  for (const auto& stroke : strokes_)
    if (!stroke.empty()) lines.push_back(smooth(stroke));
  warp(lines);
  Spot low = lines[0][0], high = low;
  for (const auto& line : lines) {
    for (const Spot& spot : line) {
      low = {std::min(low.x, spot.x), std::min(low.y, spot.y)};
      high = {std::max(high.x, spot.x), std::max(high.y, spot.y)};
    }
  }
  const double size = std::max(high.x - low.x, high.y - low.y);
  const Spot middle = {(low.x + high.x) / 2, (low.y + high.y) / 2};
  std::vector<Stroke> strokes;
  for (const auto& line : lines) {
    Stroke& stroke = strokes.emplace_back();
    for (const Spot& spot : line)
      stroke.push_back(
          {static_cast<float>(0.5 + (spot.x - middle.x) / size), static_cast<float>(0.5 + (spot.y - middle.y) / size)});
  }
  return strokes;
}

// The digits. Each has the ways of writing it that are common where Latin script is written by hand.

void zero(Hand& hand) {
  hand.lean(0.1);
  const double radius = hand.between(0.26, 0.54), start = hand.between(-150, -20);
  const double direction = hand.chance(0.9) ? -1 : 1;
  const double sweep = hand.chance(0.3) ? hand.between(320, 355) : hand.between(355, 405);
  hand.lift();
  // an entry or an exit that does not follow the ring
  if (hand.chance(0.2)) hand.to({0.3 + radius * hand.between(0, 0.9), hand.between(-0.14, 0.12)});
  hand.arc({{0.3, 0.5}, {radius, 0.5}, start, direction * sweep, hand.between(-0.2, 0.2)});
  if (hand.chance(0.15)) hand.to({0.3 + radius * hand.between(0.1, 1.1), hand.between(-0.12, 0.15)});
}

void one(Hand& hand) {
  hand.lean(hand.normal(0.1, 0.12));
  const bool flag = hand.chance(0.15), base = hand.chance(flag ? 0.4 : 0.02);
  if (flag) {
    hand.down({0.3 - hand.between(0.1, 0.24), hand.between(0.14, 0.32)});
    hand.corner({0.3, 0});
  } else {
    hand.down({0.3, 0});
  }
  const double bow = hand.normal(0, 0.02);
  hand.to({0.3 + bow, 0.33});
  hand.to({0.3 + bow, 0.67});
  hand.to({0.3, 1});
  if (base) {
    hand.down({0.3 - hand.between(0.15, 0.35), hand.normal(1, 0.02)});
    hand.to({0.3 + hand.between(0.15, 0.35), hand.normal(1, 0.02)});
  }
}

void two(Hand& hand) {
  const double width = hand.between(0.46, 0.72), shoulder = hand.between(0.17, 0.48);
  hand.down({hand.between(-0.05, 0.16), hand.between(0.06, 0.42)});
  if (hand.chance(0.3)) hand.to({width * hand.between(0.05, 0.18), hand.between(0.08, 0.16)});
  hand.to({width * hand.between(0.38, 0.58), 0});
  hand.to({width, shoulder});
  hand.to({width * hand.between(0.6, 0.88), shoulder + (0.92 - shoulder) * hand.between(0.3, 0.48)});
  const double end = width + hand.between(-0.05, 0.4);
  double low = hand.between(0.84, 1.08);
  const double foot = hand.between(0, 1);
  if (foot < 0.5) {
    // a loop, round or flat, at the bottom on the left
    const double across = hand.between(0.06, 0.2), high = hand.between(0.05, 0.15), x = hand.between(-0.06, 0.14);
    low = hand.between(0.8, 1.15);
    hand.to({x + across * 1.1, 0.98 - high});
    hand.to({x, 1 - high * 0.1});
    hand.to({x - across, 1 - high});
    hand.to({x, 1 - high * 1.9});
    hand.to({x + across * 2, 1 - high * hand.between(0.6, 1.5)});
    if (hand.chance(0.4)) hand.to({(x + across * 2 + end) * 0.5, (low + 0.96) / 2 + hand.normal(0.01, 0.02)});
  } else {
    if (foot < 0.85) {
      hand.corner({hand.between(-0.08, 0.1), hand.between(0.88, 1)});
    } else {
      hand.to({hand.between(0.05, 0.12), hand.between(0.8, 0.88)});
      hand.to({hand.between(0.03, 0.1), hand.between(0.93, 1)});
    }
    hand.to({end * hand.between(0.45, 0.65), (low + 0.97) / 2 + hand.normal(0, 0.03)});
  }
  hand.to({end, low});
}

void three(Hand& hand) {
  hand.lean(-0.06);
  const double width = hand.between(0.38, 0.64), lower = width + hand.between(-0.06, 0.14);
  const double middle = hand.between(0.38, 0.52), waist = width * hand.between(0.15, 0.7), style = hand.between(0, 1);
  if (style < 0.15) {
    // a flat top
    hand.down({hand.between(-0.04, 0.05), hand.between(-0.03, 0.08)});
    hand.corner({width * hand.between(0.8, 1.15), hand.between(-0.02, 0.03)});
    hand.corner({waist, middle - 0.03});
    hand.to({(waist + lower) / 2 + 0.05, middle + hand.between(0.0, 0.06)});
  } else {
    hand.down({hand.between(-0.08, 0.12), hand.between(0.04, 0.24)});
    hand.to({width * hand.between(0.42, 0.62), 0});
    hand.to({width, middle * hand.between(0.36, 0.58)});
    if (style < 0.35) {
      // a small loop between the bowls
      const double size = hand.between(0.03, 0.08);
      hand.to({waist + size, middle + size * 0.6});
      hand.to({waist - size, middle});
      hand.to({waist + size, middle - size * 0.6});
    } else {
      hand.to({(waist + width) / 2, middle - hand.between(0.02, 0.09)});
      hand.corner({waist, middle});
    }
    hand.to({(waist + lower) / 2, middle + hand.between(-0.01, 0.08)});
  }
  hand.to({lower, (middle + 1) / 2 + hand.between(-0.05, 0.05)});
  hand.to({lower * hand.between(0.4, 0.62), 1});
  hand.to({hand.between(-0.18, 0.1), hand.between(0.76, 1)});
}

void four(Hand& hand) {
  hand.lean(0.08);
  const double bar = hand.between(0.46, 0.68), stem = hand.between(0.4, 0.6), style = hand.between(0, 1);
  if (style < 0.15) {
    // closed at the top
    hand.down({stem + hand.between(-0.02, 0.05), hand.between(0, 0.03)});
    hand.corner({hand.between(-0.04, 0.04), bar});
    hand.to({stem + hand.between(0.08, 0.34), bar + hand.normal(-0.01, 0.04)});
    hand.down({stem + hand.between(-0.02, 0.05), hand.between(0, 0.06)});
    hand.to({stem - 0.01, 0.5});
    hand.to({stem + hand.normal(0, 0.03), 1});
  } else if (style < 0.78) {
    // open, with a bar that crosses the stem
    hand.down({hand.between(0, 0.24), hand.between(-0.04, 0.24)});
    hand.to({hand.between(0, 0.1), bar * hand.between(0.5, 0.7)});
    if (hand.chance(0.6))
      hand.corner({hand.between(-0.06, 0.05), bar});
    else
      hand.to({hand.between(0, 0.1), bar - 0.02});
    hand.to({stem + hand.between(0.05, 0.4), bar + hand.normal(-0.04, 0.05)});
    hand.down({stem + hand.between(0, 0.14), hand.between(-0.08, 0.24)});
    hand.to({stem + hand.normal(0.01, 0.02), 0.5});
    hand.to({stem + hand.normal(-0.03, 0.05), 1});
  } else {
    // in one stroke, the cup of the left half running up into the stem
    hand.down({hand.between(-0.04, 0.12), hand.between(-0.02, 0.15)});
    hand.to({hand.between(-0.04, 0.04), bar * 0.65});
    hand.to({stem * hand.between(0.25, 0.45), bar});
    hand.to({stem * 0.8, bar * hand.between(0.65, 0.88)});
    hand.corner({stem + hand.between(0.03, 0.14), hand.between(-0.08, 0.15)});
    hand.to({stem, 0.5});
    hand.to({stem + hand.normal(-0.02, 0.05), 1});
  }
}

void five(Hand& hand) {
  const double neck = hand.between(0.32, 0.5), width = hand.between(0.4, 0.66), hat = hand.between(0.36, 0.95);
  const double left = hand.between(0, 0.18), style = hand.between(0, 1);
  if (style < 0.2) {
    // one curve, like an S
    hand.down({hat, hand.between(-0.03, 0.1)});
    hand.to({hat * 0.5, 0});
    hand.to({left, neck * hand.between(0.45, 0.6)});
    hand.to({width * 0.4, neck});
  } else {
    if (style < 0.5) {
      hand.down({hat, hand.normal(0, 0.04)});
      hand.corner({left + hand.between(0, 0.08), 0});
    } else {
      // the hat as a stroke of its own, which need not touch
      hand.down({left + hat + hand.between(-0.15, 0.1), hand.normal(-0.02, 0.04)});
      hand.to({left + hand.between(0, 0.16), hand.between(-0.04, 0.04)});
      hand.down({left + hand.between(0, 0.08), hand.between(-0.02, 0.03)});
    }
    if (hand.chance(0.6))
      hand.corner({left, neck});
    else
      hand.to({left, neck * 0.9});
    hand.to({left + (width - left) * hand.between(0.35, 0.5), neck - hand.between(-0.02, 0.08)});
  }
  hand.to({width, (neck + 1) / 2 + hand.between(-0.06, 0.04)});
  hand.to({width * hand.between(0.35, 0.62), 1});
  hand.to({hand.between(-0.2, 0.1), hand.between(0.78, 1)});
}

void six(Hand& hand) {
  const double width = hand.between(0.38, 0.74), top = hand.between(0.4, 0.66);
  hand.down({width * hand.between(0, 0.85), 0});
  hand.to({width * hand.between(0, 0.25), hand.between(0.26, 0.36)});
  hand.to({0, hand.between(0.58, 0.74)});
  hand.to({width * hand.between(0.3, 0.5), 1});
  hand.to({width, (top + 1) / 2 + hand.between(-0.05, 0.05)});
  hand.to({width * hand.between(0.45, 0.7), top});
  hand.to({width * hand.between(-0.05, 0.35), top + (1 - top) * hand.between(0.15, 0.6)});
  if (hand.chance(0.5)) hand.to({width * hand.between(-0.1, 0.2), top + (1 - top) * hand.between(0.5, 0.9)});
}

void seven(Hand& hand) {
  hand.lean(-0.08);
  const double width = hand.between(0.46, 0.82), foot = hand.between(0.04, 0.54);
  const double serif = hand.between(0, 1);
  if (serif < 0.3) {
    hand.down({hand.between(-0.06, 0.05), hand.between(0.1, 0.34)});
    if (serif < 0.2)
      hand.corner({hand.between(-0.02, 0.06), 0.02});
    else
      hand.to({hand.between(0.0, 0.08), 0.06});
  } else {
    hand.down({0, hand.between(-0.02, hand.chance(0.3) ? 0.3 : 0.12)});
  }
  if (hand.chance(0.35)) {
    hand.to({width * 0.25, hand.between(-0.03, 0.02)});
    hand.to({width * 0.6, hand.between(0.03, 0.1)});
  } else {
    hand.to({width * 0.5, hand.normal(0.01, 0.02)});
  }
  if (hand.chance(0.75))
    hand.corner({width, hand.between(-0.03, 0.03)});
  else
    hand.to({width, hand.between(0.02, 0.1)});
  const double bow = hand.between(-0.04, 0.1);
  hand.to({width + (foot - width) * 0.45 - bow, 0.42});
  hand.to({foot - bow * 0.3, 0.75});
  hand.to({foot, 1});
  if (hand.chance(0.18)) {
    const double x = width + (foot - width) * 0.5, half = hand.between(0.12, 0.3), y = hand.between(0.42, 0.62);
    hand.down({x - half + hand.normal(0, 0.04), y + hand.normal(0.01, 0.03)});
    hand.to({x + half + hand.normal(0, 0.04), y + hand.normal(-0.01, 0.03)});
  }
}

void eight(Hand& hand) {
  const double upper = hand.between(0.18, 0.34), lower = hand.between(0.13, 0.32), middle = hand.between(0.4, 0.58);
  const double x = 0.3;
  if (hand.chance(0.12)) {
    // one ring on the other
    hand.lift();
    hand.arc({{x, middle / 2},
              {upper, middle / 2},
              hand.between(-150, 90),
              -hand.between(345, 385),
              hand.between(-0.1, 0.1)});
    hand.lift();
    hand.arc({{x + hand.normal(0, 0.03), (1 + middle) / 2},
              {lower, (1 - middle) / 2},
              hand.between(-150, -30),
              -hand.between(345, 385),
              hand.between(-0.1, 0.1)});
    return;
  }
  // From the right of the upper bowl, or from far outside it, over the top and through the waist, and back up
  const bool reaching = hand.chance(0.4);
  if (reaching)
    hand.down({x + upper * hand.between(1, 1.8), hand.between(-0.1, 0.12)});
  else
    hand.down({x + upper * hand.between(0.4, 1), middle * hand.between(0.05, 0.4)});
  hand.to({x + upper * hand.between(-0.3, 0.2), 0});
  hand.to({x - upper, middle * hand.between(0.4, 0.6)});
  hand.to({x + hand.between(-0.06, 0.05), middle + hand.between(-0.05, 0.02)});
  hand.to({x + lower, (1 + middle) / 2 + hand.between(-0.03, 0.06)});
  hand.to({x + lower * hand.between(-0.2, 0.2), 1});
  hand.to({x - lower, (1 + middle) / 2 + hand.between(-0.03, 0.08)});
  hand.to({x + hand.between(-0.06, 0.06), middle + hand.between(-0.04, 0.06)});
  if (hand.chance(0.35)) {
    // straight up and beyond the start
    hand.to({x + upper * hand.between(0.8, 1.5), middle * hand.between(-0.2, 0.3)});
  } else {
    hand.to({x + upper * hand.between(0.6, 1), middle * hand.between(0.35, 0.6)});
    hand.to({x + upper * hand.between(0.3, 1.2), middle * hand.between(-0.1, 0.3)});
  }
}

void nine(Hand& hand) {
  hand.lean(0.06);
  const double width = hand.between(0.38, 0.68), loop = hand.between(0.38, 0.7), style = hand.between(0, 1);
  hand.down({width * hand.between(0.7, 1.05), loop * hand.between(0.05, 0.4)});
  hand.to({width * hand.between(0.4, 0.65), 0});
  hand.to({0, loop * hand.between(0.45, 0.68)});
  hand.to({width * hand.between(0.3, 0.5), loop});
  hand.to({width * hand.between(0.75, 0.92), loop * hand.between(0.5, 0.78)});
  if (style < 0.65)
    hand.corner({width * hand.between(0.97, 1.1), loop * hand.between(0, 0.4)});
  else
    hand.to({width * hand.between(0.97, 1.05), loop * hand.between(0.2, 0.4)});
  hand.to({width * hand.between(0.9, 1.02), loop + 0.1});
  if (hand.chance(0.1)) {
    // a tail
    hand.to({width * hand.between(0.85, 1), 0.85});
    hand.to({width * hand.between(0.35, 0.65), 1});
    hand.to({width * hand.between(-0.1, 0.3), hand.between(0.85, 0.98)});
  } else {
    hand.to({width * hand.between(0.65, 1.1), 1});
  }
}

int label_of(std::uint64_t seed, std::uint64_t index) {
  std::array<int, 10> labels;
  std::iota(labels.begin(), labels.end(), 0);
  Random random(seed, Stream::strokes, label_steps + index / 10);
  for (std::uint32_t i = 10; i > 1; --i) std::swap(labels[i - 1], labels[random.below(i)]);
  return labels[index % 10];
}

constexpr Index image_size = raster::side * raster::side;

Index checked_count(Index count, std::uint64_t first) {
  if (count < 1 || count > most_images)
    throw std::out_of_range("the count of stroke digits must be 1 .. 1,000,000, not " + std::to_string(count));
  if (first > most_digits - static_cast<std::uint64_t>(count))
    throw std::out_of_range("stroke digits are numbered 0 .. 2^53 - 1, so " + std::to_string(count) +
                            " cannot start at " + std::to_string(first));
  return count;
}

}  // namespace

StrokeDigit stroke_digit(std::uint64_t seed, std::uint64_t index) {
  if (index >= most_digits)
    throw std::out_of_range("stroke digits are numbered 0 .. 2^53 - 1, so there is none with the index " +
                            std::to_string(index));
  constexpr std::array write = {zero, one, two, three, four, five, six, seven, eight, nine};
  Random random(seed, Stream::strokes, index);
  StrokeDigit digit;
  digit.label = label_of(seed, index);
  // The spread of MNIST's stroke widths. People write some digits larger than others with the same pen, so once all fit
  // the same box, some have finer strokes.
  constexpr std::array fineness = {2.7, 2.65, 2.55, 2.45, 2.3, 2.4, 2.45, 2.5, 2.3, 2.2};
  digit.pen = static_cast<float>(
      std::clamp(fineness[static_cast<std::size_t>(digit.label)] * math::exp(0.23 * random.normal()), 1.4, 5.0));
  Hand hand(random);
  write[static_cast<std::size_t>(digit.label)](hand);
  digit.strokes = hand.written();
  return digit;
}

StrokeDigits::StrokeDigits(Index count, std::uint64_t seed, std::uint64_t first)
    : count_(checked_count(count, first)), seed_(seed), first_(first), images_(count, image_size, 1.0f / 255) {}

bool StrokeDigits::step() {
  constexpr std::size_t at_once = 10;
  const std::size_t end = std::min(static_cast<std::size_t>(count_), labels_.size() + at_once);
  if (labels_.size() == end) return false;
  while (labels_.size() < end) {
    const StrokeDigit digit = stroke_digit(seed_, first_ + labels_.size());
    labels_.push_back(static_cast<std::uint16_t>(digit.label));
    const raster::Image image = raster::draw_fitted(digit.strokes, digit.pen, raster::Centring::whole_pixels);
    std::array<std::uint8_t, image_size> pixels;
    std::transform(image.begin(), image.end(), pixels.begin(),
                   [](float ink) { return static_cast<std::uint8_t>(ink * 255 + 0.5f); });
    images_.append(pixels);
  }
  return true;
}

Dataset StrokeDigits::result() { return images_.finish(std::move(labels_)); }

Dataset stroke_digits(Index count, std::uint64_t seed, std::uint64_t first) {
  StrokeDigits digits(count, seed, first);
  while (digits.step()) {
  }
  return digits.result();
}

}  // namespace wakesleep
