#!/usr/bin/env bash
# Builds kube-apiserver from the Go module k8s.io/kubernetes into a folder: test/live/lab/build.sh FOLDER [VERSION]
# The parts that stand in its staging folder are no part of the module: they are taken as the modules that are published.
set -euo pipefail
folder=$1
version=${2:-1.37.2}
mkdir -p "$folder"
cd "$folder"
export GOFLAGS="-mod=mod -buildvcs=false" CGO_ENABLED=0
sources=$(go mod download -json "k8s.io/kubernetes@v$version" | sed -n 's/.*"Dir": "\(.*\)",*/\1/p')
{
  printf 'module apiserver\n\ngo 1.24\n\nrequire k8s.io/kubernetes v%s\n' "$version"
  sed -n "s,^\s*\(k8s.io/[a-z-]*\) => ./staging.*,replace \1 => \1 v0.${version#1.},p" "$sources/go.mod"
} >go.mod
cp "$sources/go.sum" go.sum
chmod u+w go.sum
go build -ldflags "-s -w -X k8s.io/component-base/version.gitVersion=v$version" -o kube-apiserver k8s.io/kubernetes/cmd/kube-apiserver
