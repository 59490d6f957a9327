package harness

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"time"
)

// Witness is who sees what a shop does, and outlives it: its customers, its partners, and the mail server of its
// customers. The shop may be one process or many.
type Witness struct {
	Binary     string        // the shop's, whose commands partners, rules and audit are run
	Dir        string        // keeps logs and records
	Seed       uint64        // of all chance
	Public     string        // where customers reach the shop
	Private    string        // where operators reach it
	Token      string        // an operator's; "": the shop asks for none
	Simulators bool          // partners and mails of test orders are in a process of their own too: for shops of more than one process
	Calm       bool          // the mail server takes each mail at once
	Shoppers   int           // who order at the same time; 0 is 12
	Stroll     time.Duration // the longest that one waits between two orders; 0 is 300 ms
	Seen       func(Request) // is told of each request of a customer; may be nil
	Say        func(format string, args ...any)
	Found      Findings // what it sees that is wrong, and what it counted

	partners, simulators *partners
	mails                *mailServer
	testMails            string // where the simulators receive those of test orders
	market               *market
}

// asOperator shows an operator's token to the private listener.
func (w *Witness) asOperator(req *http.Request) {
	if w.Token != "" {
		req.Header.Set("Authorization", "Bearer "+w.Token)
	}
}

// Open starts partners and mail server, and makes the shop file.
func (w *Witness) Open(ctx context.Context) (err error) {
	if err := w.shopFile(ctx); err != nil {
		return err
	}
	if w.mails, err = newMailServer(w.Seed); err != nil {
		return err
	}
	if w.Calm {
		w.mails.beCalm()
	}
	if w.partners, err = w.startPartners("partners", ""); err != nil {
		return err
	}
	if w.Simulators {
		ports, err := FreePorts(1)
		if err != nil {
			return err
		}
		w.testMails = ports[0]
		if w.simulators, err = w.startPartners("simulators", w.testMails); err != nil {
			return err
		}
	}
	w.market = newMarket(w.Seed, w.Public)
	w.market.client.seen = w.Seen
	if w.Shoppers > 0 {
		w.market.shoppers, w.market.stroll = w.Shoppers, w.Stroll
	}
	return nil
}

var capacity = regexp.MustCompile(`capacity: \d+`)

// reviews are what some orders must pass; approval is not among them, for want of a person.
const reviews = "\nreviews:\n  fraud: [ { markets: [US], over: { USD: 20000 } }, { markets: [MX], customerTypes: [B2C] } ]\n"

// shopFile makes a shop file whose delivery slots never run full.
func (w *Witness) shopFile(ctx context.Context) error {
	rules, err := exec.CommandContext(ctx, w.Binary, "rules", "print").Output()
	if err != nil {
		return fmt.Errorf("the shop file: %w", err)
	}
	rules = bytes.ReplaceAll(rules, []byte("approveNew: true"), []byte("approveNew: false")) // each business orders once
	rules = append(capacity.ReplaceAll(rules, []byte("capacity: 1000000")), reviews...)
	return os.WriteFile(w.file("shop.yaml"), rules, 0o600)
}

func (w *Witness) file(name string) string { return filepath.Join(w.Dir, name) }

// startPartners starts third parties, who receive mails at an address too if there is one.
func (w *Witness) startPartners(name, mails string) (*partners, error) {
	log, err := os.Create(w.file(name + ".log"))
	if err != nil {
		return nil, err
	}
	defer log.Close() // the child has its own
	cmd := exec.Command(w.Binary, "partners", "--addr", "127.0.0.1:0", "--seed", fmt.Sprint(w.Seed+1), "--mail-addr", mails)
	cmd.Env, cmd.Stderr = slices.Concat(os.Environ(), secrets), log
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	c, err := begin(cmd)
	if err != nil {
		return nil, fmt.Errorf("the partners: %w", err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	url := regexp.MustCompile(`http://[0-9.:]+`).FindString(line)
	if err != nil || url == "" {
		c.Kill()
		return nil, fmt.Errorf("the partners did not start: %q: %w", line, err)
	}
	return &partners{Process: c, url: url}, nil
}

// PartnerFlags are those of webshop serve that tell a shop of its witnesses, and the shop file.
func (w *Witness) PartnerFlags() []string {
	flags := []string{
		"--shop-file", w.file("shop.yaml"), "--partner-timeout", partnerTimeout.String(), "--smtp-addr", w.mails.addr(), "--smtp-tls", "none",
		"--payments-us-url", w.partners.url + "/payments-us", "--payments-mx-url", w.partners.url + "/payments-mx",
		"--screening-url", w.partners.url + "/screening", "--stockist-url", w.partners.url + "/stockist", "--carrier-url", w.partners.url + "/carrier", "--books-url", w.partners.url + "/books",
	}
	if w.Simulators {
		flags = append(flags, "--simulators-url", w.simulators.url, "--test-smtp-addr", w.testMails)
	}
	return flags
}

// Turn puts the partners of real orders into a mood; whoever is not in it does what it is asked for.
func (w *Witness) Turn(ctx context.Context, mood map[string]Knobs) error {
	return w.partners.turn(ctx, mood)
}

// Order lets customers order until the market is closed. It returns when all have what they want, or the context ends.
func (w *Witness) Order(ctx context.Context) { w.market.open(ctx) }

// CloseMarket ends the ordering: those who have ordered still want something.
func (w *Witness) CloseMarket() { w.market.close() }

// CalmMails lets the mail server take each mail at once from now on.
func (w *Witness) CalmMails() { w.mails.beCalm() }

// Acknowledged is how many orders were acknowledged so far.
func (w *Witness) Acknowledged() int { return w.market.count() }

// Close ends partners and mail server.
func (w *Witness) Close() error {
	w.partners.stop()
	w.simulators.stop()
	return w.mails.close()
}

func (w *Witness) say(format string, args ...any) {
	if w.Say != nil {
		w.Say(format, args...)
	}
}

// errNotAtRest says that something is still to be done about an order.
var errNotAtRest = errors.New("not at rest")

// Newest returns the numbers of the orders that were acknowledged last, at most five.
func (w *Witness) Newest() (ids []int64) {
	w.market.mu.Lock()
	defer w.market.mu.Unlock()
	for _, p := range w.market.recent {
		ids = append(ids, p.id)
	}
	return ids
}

// NewestKeys returns the tracking keys of the orders that were acknowledged last, at most five.
func (w *Witness) NewestKeys() []string { return w.market.newest() }

// Moves reports whether an order, named by its tracking key, is in the order book or further.
func (w *Witness) Moves(ctx context.Context, key string) bool {
	var t tracked
	a, clear := w.market.client.ask(ctx, "GET", "/trackOrder?key="+key, "", nil)
	return clear && a.read(&t) == nil && t.Status != "CREATED"
}

// AtRest returns an error if there is still something to be done about one of the orders.
func (w *Witness) AtRest(ctx context.Context, ids []int64) error {
	for _, id := range ids {
		switch o, err := w.fetch(ctx, id); {
		case err != nil:
			return err
		case o == nil:
			return fmt.Errorf("order %d: %w: the shop does not have it", id, errNotAtRest)
		case o.unrest() != "":
			return fmt.Errorf("order %d: %w: %s", id, errNotAtRest, o.unrest())
		}
	}
	return nil
}

// TestOrder orders as a customer of a test order does, until it is acknowledged, and returns its number.
func (w *Witness) TestOrder(ctx context.Context) (id int64, err error) {
	p, _ := w.market.next()
	p.TestID, p.wish, p.duplicate = testID, keep, false
	w.market.order(ctx, p)
	if !p.accepted {
		return 0, fmt.Errorf("the test order of %s was not taken: %w", p.Email, context.Cause(ctx))
	}
	return p.id, nil
}
