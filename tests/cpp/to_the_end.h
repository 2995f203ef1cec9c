// Work in slices, done in one go.
#pragma once

namespace wakesleep::test {

template <class Work>
Work to_the_end(Work work) {
  while (work.step()) {
  }
  return work;
}

}  // namespace wakesleep::test
