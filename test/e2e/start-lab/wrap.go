// A Go program that starts what stands behind its own words.
package main

import (
	"os"
	"os/exec"
	"syscall"
)

func main() {
	words := os.Args[1:]
	for i, word := range words {
		if word == "--" {
			words = words[i+1:]
			break
		}
	}
	if len(words) == 0 {
		return
	}
	path, err := exec.LookPath(words[0])
	if err != nil {
		os.Exit(127)
	}
	syscall.Exec(path, words, os.Environ())
}
