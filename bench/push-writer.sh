#!/usr/bin/env bash
# What workflows do without token-budget: check out, edit, commit, push; where the push is refused, pull with rebase
# and push again; where that conflicts, edit anew what is there now.
# push-writer.sh <node> <edit script> <repository's URL> <run> <cost>
set -euo pipefail
node=$1 edit=$2 url=$3 run=$4 cost=$5

book() {
  "$node" "$edit" budget.json "$run" "$cost"
  git commit --quiet --all --message "Book run $run"
}

# As actions/checkout does it.
git init --quiet --initial-branch=main .
git remote add origin "$url"
git fetch --quiet --no-tags --prune --depth=1 origin +refs/heads/main:refs/remotes/origin/main
git checkout --quiet --force -B main refs/remotes/origin/main

book
tries=1
until git push --quiet origin main; do
  tries=$((tries + 1))
  if [ "$tries" -gt 60 ] || [ "$SECONDS" -gt 300 ]; then exit 75; fi
  window=$((tries * 100))
  if [ "$window" -gt 1000 ]; then window=1000; fi
  sleep "$(printf '0.%03d' $((RANDOM % window)))"
  if ! git pull --quiet --rebase origin main; then
    git rebase --abort || true
    git reset --quiet --hard refs/remotes/origin/main
    book
  fi
done
