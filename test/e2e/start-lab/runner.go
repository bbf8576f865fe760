// Runs start chains in roots of their own, in one network whose DNS answers A and denies AAAA. Reads a chain a line, as
// JSON, and answers with what failed. Must be started in a network and mount namespace of its own.
package main

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"
)

type file struct {
	Path string
	Text string
	Mode uint32
	Link string
}

type chain struct {
	ID    string
	Root  string
	Files []file
	Words []string
	Env   []string
	Cwd   string
}

type seen struct {
	ID     string
	Failed bool
	Output string
	Late   bool
}

var (
	lock   sync.Mutex
	failed = map[string]bool{}
)

func mark(id string) {
	lock.Lock()
	failed[id] = true
	lock.Unlock()
}

// serve answers A with an address and AAAA with NXDOMAIN. Names that begin with w are looked up by musl's own tools,
// whose lookup then fails; programs of the lab tell it themselves.
func serve() {
	socket, err := net.ListenPacket("udp", "127.0.0.1:53")
	if err != nil {
		panic(err)
	}
	buffer := make([]byte, 1500)
	for {
		n, from, err := socket.ReadFrom(buffer)
		if err != nil || n < 17 {
			continue
		}
		q := append([]byte{}, buffer[:n]...)
		name, at := "", 12
		for at < n && q[at] != 0 {
			l := int(q[at])
			if at+1+l > n {
				break
			}
			name += string(q[at+1:at+1+l]) + "."
			at += 1 + l
		}
		if at+5 > n {
			continue
		}
		kind := binary.BigEndian.Uint16(q[at+1:])
		reply := append([]byte{}, q[:at+5]...)
		reply[2], reply[3] = 0x81, 0x80
		binary.BigEndian.PutUint16(reply[6:], 0)
		binary.BigEndian.PutUint16(reply[8:], 0)
		binary.BigEndian.PutUint16(reply[10:], 0)
		if kind == 1 {
			binary.BigEndian.PutUint16(reply[6:], 1)
			reply = append(reply, 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 127, 0, 0, 9)
		} else {
			reply[3] |= 3
			if kind == 28 && strings.HasPrefix(name, "w-") {
				mark(strings.SplitN(name[2:], ".", 2)[0])
			}
		}
		socket.WriteTo(reply, from)
	}
}

func listen() {
	socket, err := net.ListenPacket("udp", "127.0.0.1:5300")
	if err != nil {
		panic(err)
	}
	buffer := make([]byte, 200)
	for {
		if n, _, err := socket.ReadFrom(buffer); err == nil {
			mark(strings.TrimSpace(string(buffer[:n])))
		}
	}
}

func write(root string, f file) error {
	path := filepath.Join(root, f.Path)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	os.Remove(path)
	if f.Link != "" {
		return os.Symlink(f.Link, path)
	}
	if err := os.WriteFile(path, []byte(f.Text), 0o644); err != nil {
		return err
	}
	return os.Chmod(path, os.FileMode(f.Mode))
}

// settle waits until what programs have told is noted: datagrams come in the order in which they were sent.
func settle(word string) {
	lab, err := net.Dial("udp", "127.0.0.1:5300")
	if err != nil {
		return
	}
	defer lab.Close()
	lab.Write([]byte(word))
	for range 400 {
		lock.Lock()
		done := failed[word]
		delete(failed, word)
		lock.Unlock()
		if done {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
}

func run(work string, c chain) seen {
	result := seen{ID: c.ID}
	base := filepath.Join(work, c.ID)
	root := filepath.Join(base, "root")
	for _, folder := range []string{"upper", "work", "root"} {
		if err := os.MkdirAll(filepath.Join(base, folder), 0o755); err != nil {
			result.Output = err.Error()
			return result
		}
	}
	defer os.RemoveAll(base)
	options := fmt.Sprintf("lowerdir=%s,upperdir=%s/upper,workdir=%s/work", c.Root, base, base)
	if err := syscall.Mount("overlay", root, "overlay", 0, options); err != nil {
		result.Output = "mount: " + err.Error()
		return result
	}
	defer syscall.Unmount(root, syscall.MNT_DETACH)
	for _, f := range append(c.Files, file{Path: "/lab/id", Text: c.ID, Mode: 0o644}) {
		if err := write(root, f); err != nil {
			result.Output = "write: " + err.Error()
			return result
		}
	}
	for _, folder := range []string{"dev", "proc"} {
		syscall.Mount("/"+folder, filepath.Join(root, folder), "", syscall.MS_BIND|syscall.MS_REC, "")
		defer syscall.Unmount(filepath.Join(root, folder), syscall.MNT_DETACH)
	}
	// As runtimes do: the program is looked for inside the root, in the PATH it gets.
	command := exec.Command("/lab/start", append([]string{c.Cwd}, c.Words...)...)
	command.Env = c.Env
	var out strings.Builder
	command.Stdout = &limited{&out}
	command.Stderr = command.Stdout
	command.WaitDelay = 200 * time.Millisecond
	command.SysProcAttr = &syscall.SysProcAttr{Chroot: root, Cloneflags: syscall.CLONE_NEWPID}
	if err := command.Start(); err != nil {
		result.Output = "start: " + err.Error()
		return result
	}
	timer := time.AfterFunc(4*time.Second, func() {
		result.Late = true
		command.Process.Kill()
	})
	command.Wait()
	timer.Stop()
	settle(c.ID + " ended")
	lock.Lock()
	result.Failed = failed[c.ID]
	delete(failed, c.ID)
	lock.Unlock()
	result.Output = out.String()
	return result
}

type limited struct{ to *strings.Builder }

func (l *limited) Write(b []byte) (int, error) {
	if room := 2000 - l.to.Len(); room > 0 {
		l.to.Write(b[:min(room, len(b))])
	}
	return len(b), nil
}

func main() {
	work := os.Args[1]
	go serve()
	go listen()
	time.Sleep(50 * time.Millisecond)
	chains := make(chan chain)
	var workers sync.WaitGroup
	var output sync.Mutex
	encoder := json.NewEncoder(os.Stdout)
	for range 12 {
		workers.Go(func() {
			for c := range chains {
				result := run(work, c)
				output.Lock()
				encoder.Encode(result)
				output.Unlock()
			}
		})
	}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(make([]byte, 1<<20), 1<<20)
	for lines.Scan() {
		var c chain
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			panic(err)
		}
		chains <- c
	}
	close(chains)
	workers.Wait()
}
