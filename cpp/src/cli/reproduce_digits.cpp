// The digit networks of models/, and the published figures of the DBN once it is fine-tuned.
#include "cli/reproductions.h"

namespace wakesleep::cli {
namespace {

// The greedy training that digits-dbn begins with, and up-down learning too.
constexpr Stage greedy_start{
    "greedy.safetensors",
    "train --data mnist --layers 784,500,500,2000 --label-units 10 --epochs 20 --learning-rate 0.05 "
    "--final-learning-rate 0.005 --initial-momentum-epochs 5 --up-states mean,mean,sampled",
    "greedy.checkpoint"};

constexpr Stage fine_tuned{
    "fine-tuned.safetensors",
    "train --data mnist --from @greedy.safetensors --method up-down --epochs 300 --learning-rate 0.01 "
    "--final-learning-rate 0.0001",
    "fine-tuned.checkpoint"};

// Its recognition weights as a feed-forward net, with a softmax of the label units.
constexpr Stage unrolled{"unrolled.safetensors", "unroll @greedy.safetensors --to classifier"};

}  // namespace

const Reproduction greedy_dbn{
    .name = "digits-dbn",
    .shows =
        "A net like models/digits-dbn, a DBN of 784-500-500-2000 units and 10 labels trained greedily: errors on "
        "MNIST's test "
        "images",
    .takes = "11 minutes on 2 cores of an AMD EPYC (Zen 5); needs $WAKESLEEP_DATA",
    .stages = {greedy_start,
               {"pcd.safetensors",
                "train --data mnist --layers 784,500,500,2000 --label-units 10 --epochs 20,20,140 --learning-rate 0.05 "
                "--final-learning-rate 0.0003 --momentum 0 --weight-decay 1e-4 --method cd,cd,pcd --chains ,,400 "
                "--clamped-chains 0,0,0.5 --restarts 0,0,0.001 --up-states mean,mean,sampled",
                "greedy.checkpoint"},
               {"digits-dbn.safetensors",
                "train --data mnist --layers 784,500,500,2000 --label-units 10 --epochs 20,20,170 --learning-rate 0.1 "
                "--final-learning-rate 0.0003 --momentum 0 --weight-decay 1e-4 --method cd,cd,pcd --chains ,,400 "
                "--clamped-chains 0,0,0.5 --restarts 0,0,0.004 --up-states mean,mean,sampled --half",
                "greedy.checkpoint"},
               {"figures.json", "evaluate @digits-dbn.safetensors --json"}},
    .figures = {{"figures.json", "recognition.percent", "%.2f %% errors"}}};

const Reproduction up_down_dbn{
    .name = "up-down",
    .shows =
        "The DBN of 784-500-500-2000 units and 10 labels, fine-tuned by up-down learning: errors on MNIST's test "
        "images",
    .published = "1.25 % (Hinton, Osindero and Teh 2006)",
    .takes = "about an hour on 2 cores; needs $WAKESLEEP_DATA",
    .stages = {greedy_start, fine_tuned, {"figures.json", "evaluate @fine-tuned.safetensors --json"}},
    .figures = {{"figures.json", "recognition.percent", "%.2f %% errors"}}};

const Reproduction figure_8{
    .name = "figure8",
    .shows = "Ten samples of each label, a row a label, by the net of up-down after 1,000 Gibbs iterations",
    .published = "figure 8 of Hinton, Osindero and Teh (2006)",
    .takes = "a minute after up-down; needs $WAKESLEEP_DATA",
    .stages = {greedy_start,
               fine_tuned,
               {"figure8.png", "sample @fine-tuned.safetensors --each-label --chains 100 --steps 1000"}},
    .folder = "up-down"};

const Reproduction backprop{
    .name = "backprop",
    .shows =
        "The DBN of 784-500-500-2000 units and 10 labels as a classifier, fine-tuned by backpropagation: errors on "
        "MNIST's test images",
    .published = "1.2 % (Hinton and Salakhutdinov 2006), 1.6 % from random weights",
    .takes = "20 minutes on 2 busy cores of an AMD EPYC (Zen 3); needs $WAKESLEEP_DATA",
    .stages = {greedy_start,
               unrolled,
               {"classifier.safetensors",
                "train --data mnist --from @unrolled.safetensors --epochs 30 --learning-rate 0.05 "
                "--final-learning-rate 0.0005",
                "classifier.checkpoint"},
               {"classifier.json", "evaluate @classifier.safetensors --json"}},
    .figures = {{"classifier.json", "recognition.percent", "%.2f %% errors"}},
    .folder = "up-down"};

const Reproduction digits_rbm{
    .name = "digits-rbm",
    .shows =
        "An RBM like models/digits-rbm, trained by PCD: mean squared error a pixel of MNIST's test images after one "
        "Gibbs step",
    .takes = "26 seconds on 2 cores of an AMD EPYC (Zen 5); needs $WAKESLEEP_DATA",
    .stages = {{"digits-rbm.safetensors",
                "train --data mnist --layers 784,500 --epochs 60 --method pcd --learning-rate 0.05 "
                "--final-learning-rate 0.0005 --momentum 0 --weight-decay 1e-4 --half",
                "digits-rbm.checkpoint"},
               {"figures.json", "evaluate @digits-rbm.safetensors --json"}},
    .figures = {{"figures.json", "reconstructionError", "%.5f"}}};

}  // namespace wakesleep::cli
