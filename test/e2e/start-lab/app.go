// Looks a name up with Go's net package and tells the lab when that failed.
package main

import (
	"net"
	"os"
	"strings"
	"time"
)

func main() {
	id, _ := os.ReadFile("/lab/id")
	name := "g-" + strings.TrimSpace(string(id)) + ".lab.test"
	if _, err := net.LookupHost(name); err != nil {
		if lab, err := net.Dial("udp", "127.0.0.1:5300"); err == nil {
			lab.Write(id)
		}
		defer os.Exit(1)
	}
	if os.Getpid() == 1 {
		time.Sleep(250 * time.Millisecond)
	}
}
