#!/usr/bin/env bash
# EMR bootstrap action: installs the locked packages that the step imports beside the cluster's own Spark.
# Argument: s3:// address of the hashed lock (requirements/emr.txt). Runs on every node; any failure ends the launch.
# Where the release brought the packages along, in emr-wheels/ beside the lock, no package index is asked.
set -euo pipefail
lock=${1:?s3:// address of the requirements lock}
local_lock=$(mktemp)
wheels=$(mktemp -d)
trap 'rm -rf "$local_lock" "$wheels"' EXIT
aws s3 cp --only-show-errors "$lock" "$local_lock"
aws s3 cp --only-show-errors --recursive "${lock%/*}/emr-wheels/" "$wheels"
index=()
if [ -n "$(ls -A "$wheels")" ]; then index=(--no-index --find-links "$wheels"); fi
sudo python3.11 -m ensurepip --upgrade >/dev/null
sudo python3.11 -m pip install --quiet --disable-pip-version-check "${index[@]}" --require-hashes --only-binary=:all: -r "$local_lock"
