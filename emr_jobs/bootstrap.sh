#!/usr/bin/env bash
# EMR bootstrap action: installs the locked packages that the step imports beside the cluster's own Spark.
# Argument: s3:// address of the hashed lock (requirements/emr.txt). Runs on every node; any failure ends the launch.
set -euo pipefail
lock=${1:?s3:// address of the requirements lock}
local_lock=$(mktemp)
trap 'rm -f "$local_lock"' EXIT
aws s3 cp --only-show-errors "$lock" "$local_lock"
sudo python3.11 -m ensurepip --upgrade >/dev/null
sudo python3.11 -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary=:all: -r "$local_lock"
