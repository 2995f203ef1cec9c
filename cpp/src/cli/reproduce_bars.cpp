#include "cli/reproductions.h"

namespace wakesleep::cli {

const Reproduction bars_and_stripes_by_pcd{
    .name = "bars-and-stripes",
    .shows = "An RBM of 16 hidden units learns the 14 images of bars and stripes of 3 x 3: exact log-likelihood",
    .published = "-2.639 nats an image at best, log(1/14)",
    .takes = "some seconds",
    .stages =
        {{"bars.safetensors",
          "train --data bars-and-stripes --layers 9,16 --method pcd --k 5 --chains 100 --batch-size 14 --epochs "
          "20000 --learning-rate 0.1 --final-learning-rate 0.0005 --momentum 0 --weight-decay 0 --report-every 2000",
          "bars.checkpoint"},
         {"figures.json", "evaluate @bars.safetensors --log-likelihood --json"}},
    .figures = {{"figures.json", "logLikelihood.mean", "%.3f nats an image"}}};

}  // namespace wakesleep::cli
