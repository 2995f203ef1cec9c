// What a misspelt word was meant to be.
#pragma once

#include <string>
#include <vector>

namespace wakesleep::cli {

// The only one of `known` that begins with the word, of three letters or more, or else the one with the fewest letters
// added, left out, changed or swapped with their neighbour; empty when all are further away than a third of the word.
std::string nearest(const std::string& word, const std::vector<std::string>& known);

}  // namespace wakesleep::cli
