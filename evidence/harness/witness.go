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

// Witness observes a shop and outlives it: it is the customers, the partners, and the customers' mail server. The shop
// may be one process or many.
type Witness struct {
	Binary     string        // the shop's program, for its commands partners, rules and audit
	Dir        string        // for logs and records
	Seed       uint64        // of all chance
	Public     string        // the shop's address for customers
	Private    string        // its address for operators
	Token      string        // an operator's; "": none needed
	Simulators bool          // partners and mails of test orders are in a process of their own too, for shops of more than one process
	Calm       bool          // the mail server accepts each mail at once
	Shoppers   int           // who order at the same time; 0 is 12
	Stroll     time.Duration // the longest wait of one between two orders; 0 is 300 ms
	PayWithin  time.Duration // how long a customer of Mexico has to pay; some do not. 0: as the rules say, and all pay
	Seen       func(Request) // called for each request of a customer; may be nil
	Say        func(format string, args ...any)
	Found      Findings // its counts and findings

	partners, simulators *partners
	mails                *mailServer
	testMails            string // where the simulators receive the mails of test orders
	market               *market
}

// asOperator adds an operator's token to a request.
func (w *Witness) asOperator(req *http.Request) {
	if w.Token != "" {
		req.Header.Set("Authorization", "Bearer "+w.Token)
	}
}

// Open starts partners and mail server, and writes the shop file.
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
	w.partners.payWithin = w.PayWithin
	w.market = newMarket(w.Seed, w.Public)
	w.market.partners, w.market.payWithin = w.partners, w.PayWithin
	w.market.client.seen = w.Seen
	if w.Shoppers > 0 {
		w.market.shoppers, w.market.stroll = w.Shoppers, w.Stroll
	}
	return nil
}

var capacity = regexp.MustCompile(`capacity: \d+`)

// reviews apply to some orders; approval is not among them, since there is no person.
const reviews = "\nreviews:\n  fraud: [ { markets: [US], over: { USD: 20000 } }, { markets: [MX], customerTypes: [B2C] } ]\n"

// shopFile writes a shop file whose delivery slots never fill up, and whose brackens are counted and never sold out.
func (w *Witness) shopFile(ctx context.Context) error {
	rules, err := exec.CommandContext(ctx, w.Binary, "rules", "print").Output()
	if err != nil {
		return fmt.Errorf("the shop file: %w", err)
	}
	rules = bytes.ReplaceAll(rules, []byte("approveNew: true"), []byte("approveNew: false")) // each business orders once
	rules = bytes.Replace(rules, []byte("sku: LB001"), []byte("sku: LB001\n    stock: 1000000"), 1)
	rules = append(capacity.ReplaceAll(rules, []byte("capacity: 1000000")), reviews...)
	return os.WriteFile(w.file("shop.yaml"), rules, 0o600)
}

func (w *Witness) file(name string) string { return filepath.Join(w.Dir, name) }

// startPartners starts simulated partners, which also receive mails if there is an address for them.
func (w *Witness) startPartners(name, mails string) (*partners, error) {
	log, err := os.Create(w.file(name + ".log"))
	if err != nil {
		return nil, err
	}
	defer log.Close()          // the child has its own
	ports, err := FreePorts(1) // the addresses of the payment pages have the port
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(w.Binary, "partners", "--addr", ports[0], "--seed", fmt.Sprint(w.Seed+1), "--mail-addr", mails)
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

// PartnerFlags are the flags of webshop serve for the witness's addresses, and the shop file.
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

// Turn sets the knobs of the partners of real orders; others get default knobs.
func (w *Witness) Turn(ctx context.Context, mood map[string]Knobs) error {
	return w.partners.turn(ctx, mood)
}

// Order lets customers order until the market is closed. It returns when all have what they want, or the context ends.
func (w *Witness) Order(ctx context.Context) { w.market.open(ctx) }

// CloseMarket ends the ordering; those who have ordered still want something.
func (w *Witness) CloseMarket() { w.market.close() }

// CalmMails makes the mail server accept each mail at once from now on.
func (w *Witness) CalmMails() { w.mails.beCalm() }

// Acknowledged returns how many orders were acknowledged so far.
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

// errNotAtRest means that something is still pending for an order.
var errNotAtRest = errors.New("not at rest")

// Newest returns the numbers of the last acknowledged orders, at most five.
func (w *Witness) Newest() (ids []int64) {
	w.market.mu.Lock()
	defer w.market.mu.Unlock()
	for _, p := range w.market.recent {
		ids = append(ids, p.id)
	}
	return ids
}

// NewestKeys returns the tracking keys of the last acknowledged orders, at most five.
func (w *Witness) NewestKeys() []string { return w.market.newest() }

// Moves reports whether an order, given by its tracking key, is placed or further.
func (w *Witness) Moves(ctx context.Context, key string) bool {
	var t tracked
	a, clear := w.market.client.ask(ctx, "GET", "/trackOrder?key="+key, "", nil)
	return clear && a.read(&t) == nil && t.Status != "CREATED"
}

// AtRest returns an error if something is still pending for one of the orders.
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

// TestOrder makes a test order as a customer does, until it is acknowledged, and returns its number.
func (w *Witness) TestOrder(ctx context.Context) (id int64, err error) {
	p, _ := w.market.next()
	p.TestID, p.wish, p.duplicate = testID, keep, false
	w.market.order(ctx, p)
	if !p.accepted {
		return 0, fmt.Errorf("the test order of %s was not taken: %w", p.Email, context.Cause(ctx))
	}
	return p.id, nil
}
