#!/usr/bin/env bash
# Quantizes the zoo (zoo.yaml) on this machine, or on the cluster MASTER, and writes docs/zoo.md. What an earlier run has finished is
# not done again:
#   examples/spark/zoo.sh [MASTER [DIR]]
set -euo pipefail
here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
home=$(cd "$here/../.." && pwd)
master=${1:-local[2]}
output=${2:-$here/results/zoo}
mkdir -p "$output"
# Exit code 1: some cells have failed, and stand in the table with their errors.
"$home/signet" sweep "$here/zoo.yaml" --master "$master" --output "$output" >"$output/table.md" || [ $? = 1 ]
{
  cat <<'HEAD'
# The zoo

Every model of `../shared/assets` and of its corpus at 2, 3 and 4 bits by what `quantize` does (output-aware, no data):
for each the settings that no other one beats in bytes and in the figure. Written by

    examples/spark/zoo.sh

Classifiers are measured on the first 1,000 test images of CIFAR-10, super-resolution on Set5, style transfer on four photographs
of COCO against the original's pictures. For the others the figure is the output SNR on drawn samples: of the worst output, in dB,
without the mean; the original has none. A large SNR is not a promise for the model's task (docs/corpus.md measures tasks).

HEAD
  cat "$output/frontier.md"
} >"$home/docs/zoo.md"
