// Recorder serves each Corefile of a list with the CoreDNS it is built with, asks it over loopback, and
// prints what came back. It must not judge: the table it prints is the measure for the answer model.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/coredns/coredns/core/dnsserver"
	"github.com/coredns/coredns/coremain"
	"github.com/miekg/dns"
)

const (
	caseMark  = "=== "
	namesMark = "names "
	// Long enough for a loaded machine: a reply from loopback takes a millisecond.
	patience = 1500 * time.Millisecond
)

type testCase struct {
	name, corefile string
	// Its own names; those of the file where it has none.
	names []string
}

type table struct {
	CoreDNS string            `json:"coreDns"`
	Names   []string          `json:"names"`
	Answers map[string]string `json:"answers"`
}

func main() {
	log.SetOutput(io.Discard)
	dnsserver.Quiet = true
	names, cases := read(os.Stdin)
	up := startUpstream()
	result := table{CoreDNS: coremain.CoreVersion, Names: names, Answers: map[string]string{}}
	for _, c := range cases {
		asked := names
		if len(c.names) > 0 {
			asked = c.names
		}
		result.Answers[c.name] = record(c, asked, up)
	}
	out := json.NewEncoder(os.Stdout)
	out.SetIndent("", " ")
	if err := out.Encode(result); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func read(in io.Reader) (names []string, cases []testCase) {
	scanner := bufio.NewScanner(in)
	for scanner.Scan() {
		line := scanner.Text()
		switch {
		case strings.HasPrefix(line, caseMark):
			cases = append(cases, testCase{name: strings.TrimPrefix(line, caseMark)})
		case len(cases) > 0 && strings.HasPrefix(line, namesMark):
			cases[len(cases)-1].names = strings.Fields(strings.TrimPrefix(line, namesMark))
		case len(cases) > 0:
			cases[len(cases)-1].corefile += line + "\n"
		case strings.HasPrefix(line, namesMark):
			names = strings.Fields(strings.TrimPrefix(line, namesMark))
		}
	}
	return names, cases
}

// record returns one cell for every name and type, or X when CoreDNS does not start.
func record(c testCase, names []string, up *upstream) string {
	port := freePort()
	dnsserver.Port = port
	text := strings.NewReplacer("UPSTREAM", up.addr, ":53 ", ":"+port+" ").Replace(c.corefile)
	// Instances are left running: a graceful stop takes seconds, and the process is short-lived.
	if _, err := start(text); err != nil {
		return "X"
	}
	cells := make([]string, 2*len(names))
	for _, again := range []bool{false, true} {
		var wait sync.WaitGroup
		for i, name := range names {
			if strings.HasSuffix(name, againMark) != again {
				continue
			}
			for j, qtype := range []uint16{dns.TypeA, dns.TypeAAAA} {
				wait.Add(1)
				go func(i int, name, server string, qtype uint16) {
					defer wait.Done()
					cells[i] = ask(server+":"+port, name, qtype)
				}(2*i+j, nameOf(name), serverOf(name), qtype)
			}
		}
		wait.Wait()
	}
	return strings.Join(cells, " ")
}

// A name may have the address it is asked at behind it, and a mark that it is asked once the others were.
const (
	addressMark = "@"
	againMark   = "!"
)

func nameOf(name string) string {
	name, _, _ = strings.Cut(strings.TrimSuffix(name, againMark), addressMark)
	return name
}

func serverOf(name string) string {
	if _, address, found := strings.Cut(strings.TrimSuffix(name, againMark), addressMark); found {
		return address
	}
	return "127.0.0.1"
}

// freePort gives one that is free at every address: instances of earlier cases still listen on theirs.
func freePort() string {
	for {
		conn, err := net.ListenPacket("udp", ":0")
		if err != nil {
			continue
		}
		port := conn.LocalAddr().(*net.UDPAddr).Port
		tcp, err := net.Listen("tcp", ":"+strconv.Itoa(port))
		conn.Close()
		if err != nil {
			continue
		}
		tcp.Close()
		return strconv.Itoa(port)
	}
}

// ask says a reply in one letter: N NXDOMAIN, S SERVFAIL, R REFUSED, I NOTIMP, - no reply, 0 no records,
// a records of the type asked, w records of other types only, o and the number of any other code; + where the upstream's own records are in it.
func ask(server, name string, qtype uint16) string {
	query := new(dns.Msg)
	query.SetQuestion(dns.Fqdn(name), qtype)
	client := &dns.Client{Timeout: patience}
	reply, _, err := client.Exchange(query, server)
	if err != nil || reply == nil {
		return "-"
	}
	switch reply.Rcode {
	case dns.RcodeSuccess:
	case dns.RcodeNameError:
		return "N"
	case dns.RcodeServerFailure:
		return "S"
	case dns.RcodeRefused:
		return "R"
	case dns.RcodeNotImplemented:
		return "I"
	default:
		return "o" + strconv.Itoa(reply.Rcode)
	}
	letter := "0"
	for _, rr := range reply.Answer {
		if rr.Header().Rrtype == qtype {
			letter = "a"
			break
		}
		letter = "w"
	}
	if fromUpstream(reply) {
		return letter + "+"
	}
	return letter
}

// fromUpstream tells the upstream's own records: a mark that also comes out of a cache.
func fromUpstream(reply *dns.Msg) bool {
	for _, rr := range append(reply.Answer, reply.Ns...) {
		switch record := rr.(type) {
		case *dns.A:
			if record.A.String() == upstreamAddress {
				return true
			}
		case *dns.SOA:
			if record.Ns == upstreamName {
				return true
			}
		}
	}
	return false
}

// upstream has an A record for every name and nothing else.
type upstream struct{ addr string }

const (
	upstreamAddress = "192.0.2.9"
	upstreamName    = "up."
)

func startUpstream() *upstream {
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	up := &upstream{addr: conn.LocalAddr().String()}
	soa, _ := dns.NewRR(". 5 IN SOA " + upstreamName + " stream. 1 2 3 4 5")
	server := &dns.Server{PacketConn: conn, Handler: dns.HandlerFunc(func(w dns.ResponseWriter, r *dns.Msg) {
		reply := new(dns.Msg)
		reply.SetReply(r)
		if r.Question[0].Qtype == dns.TypeA {
			record, _ := dns.NewRR(r.Question[0].Name + " 5 IN A " + upstreamAddress)
			reply.Answer = []dns.RR{record}
		} else {
			reply.Ns = []dns.RR{soa}
		}
		w.WriteMsg(reply)
	})}
	go server.ActivateAndServe()
	return up
}
