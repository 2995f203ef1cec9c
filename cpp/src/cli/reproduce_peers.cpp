#include "cli/reproductions.h"

namespace wakesleep::cli {

const Reproduction peers{
    .name = "peers",
    .shows =
        "What needs no network, on MNIST: codes of 30 numbers by principal components, squared error a test image; and "
        "errors of the 3 nearest neighbours",
    .published = "13.87 (Hinton and Salakhutdinov 2006), 3.1 % by all training images (Hinton, Osindero and Teh 2006)",
    .takes =
        "some seconds: 2 for the components and 5 of processor time for the neighbours, on an AMD EPYC (Zen 5); needs "
        "$WAKESLEEP_DATA",
    .stages = {{"pca.json", "compare pca --data mnist --components 30 --json"},
               {"neighbours.json", "compare nearest-neighbours --data mnist --neighbours 3 --json"}},
    .figures = {{"pca.json", "squaredError", "%.2f by principal components"},
                {"neighbours.json", "recognition.percent", "%.2f %% errors by neighbours"}}};

}  // namespace wakesleep::cli
