#include "cli/reproductions.h"

namespace wakesleep::cli {

const Reproduction gp{
    .name = "gp",
    .shows =
        "The angle of rotated faces by a Gaussian process on their pixels, on the features of a DBN of "
        "784-1000-1000-1000 units, and on those fine-tuned through the marginal likelihood: root mean squared error on "
        "other persons, learned from 1,000 patches with angles and 12,000 without",
    .published = "16.33, 11.22 and 6.42 degrees (Salakhutdinov and Hinton 2008)",
    .takes = "25 minutes on a busy core of an AMD EPYC (Zen 3); needs $WAKESLEEP_DATA",
    .stages = {{"pixels.json", "gp fit --json"},
               {"features.safetensors",
                "train --data rotated-faces --standardise --layers 784,1000,1000,1000 "
                "--units gaussian,bernoulli,bernoulli,bernoulli --epochs 24,10,10 --learning-rate 0.002,0.05,0.05",
                "features.checkpoint"},
               {"features.json", "gp fit --features @features.safetensors --json"},
               {"tuned.safetensors",
                "gp tune --features @features.safetensors --epochs 10 --batch-size 100 --learning-rate 0.001 "
                "--final-learning-rate 0.0001",
                "tuned.checkpoint"},
               {"tuned.json", "gp fit --features @tuned.safetensors --json"}},
    .figures = {{"pixels.json", "rootMeanSquaredError", "%.2f degrees by pixels"},
                {"features.json", "rootMeanSquaredError", "%.2f by features"},
                {"tuned.json", "rootMeanSquaredError", "%.2f fine-tuned"}}};

}  // namespace wakesleep::cli
