package clustertest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"acme.example/webshop/evidence/harness"
)

// services are the shop's, in the order of their upgrade: first those with the data.
var services = []string{"database", "order", "delivery", "stock", "finance", "email"}

const copiesOfEach = 2

// wholeShop stands for all services in one process.
const wholeShop = "webshop"

// runs returns the services of a process: the reviews run with stock, to save processes.
func runs(service string) string {
	if service == "stock" {
		return "stock,fraud,approval"
	}
	return service
}

// instance is one process of the shop, with its own links to the servers.
type instance struct {
	name, service   string
	public, private backend // its listeners
	binary, log     string
	flags, env      []string
	sql             *link   // to PostgreSQL
	nats            []*link // to each NATS server
	process         *harness.Process
}

// operator is the test's token.
const operator = "the operator of this cluster"

// secrets are shared by the processes.
var secrets = []string{
	"WEBSHOP_LINK_SECRET=the processes of this cluster sign links with it", "WEBSHOP_PRIVATE_TOKEN=" + operator,
}

// newInstance configures a process, and makes its links.
func (c *cluster) newInstance(service string, n int) (*instance, error) {
	ports, err := harness.FreePorts(2)
	if err != nil {
		return nil, err
	}
	name := fmt.Sprintf("%s-%d", service, n)
	i := &instance{
		name: name, service: service, binary: c.binary, log: filepath.Join(c.dir, name+".log"),
		flags: append([]string{
			"serve", "--public-addr", ports[0], "--private-addr", ports[1], "--public-url", c.witness.Public,
			"--data-dir", filepath.Join(c.dir, name), "--shutdown-timeout", "10s",
		}, c.witness.PartnerFlags()...),
	}
	i.public.address, i.private.address = ports[0], ports[1]
	i.env = append(i.env, secrets...)
	if service == wholeShop {
		return i, c.connect(i)
	}
	i.flags = append(i.flags, "--services", runs(service))
	var addresses []string
	for _, node := range c.nats.URLs() {
		k, err := newLink("tcp", strings.TrimPrefix(node, "nats://"))
		if err != nil {
			return nil, err
		}
		i.nats, addresses = append(i.nats, k), append(addresses, "nats://"+k.addr())
	}
	i.env = append(i.env, "WEBSHOP_NATS_URL="+strings.Join(addresses, ","))
	return i, c.connect(i)
}

// connect links a process with the database.
func (c *cluster) connect(i *instance) (err error) {
	file, name, err := socket(c.databaseURL)
	if err != nil {
		return err
	}
	if i.sql, err = newLink("unix", file); err != nil {
		return err
	}
	i.env = append(i.env, fmt.Sprintf("WEBSHOP_DATABASE_URL=postgres://postgres@%s/%s?sslmode=disable", i.sql.addr(), name))
	return nil
}

// links returns all links of a process.
func (i *instance) links() []*link {
	return append(slices.Clone(i.nats), i.sql)
}

func (i *instance) start() (err error) {
	i.process, err = begin(i.log, i.env, i.binary, i.flags...)
	return err
}

// begin starts a process whose output is appended to a file.
func begin(log string, env []string, name string, args ...string) (*harness.Process, error) {
	out, err := os.OpenFile(log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	defer out.Close() // the process has its own
	return harness.Start(out, env, name, args...)
}

// ready waits until the process says that it is.
func (i *instance) ready(ctx context.Context) error {
	err := watched(ctx, func() error {
		select {
		case <-i.process.Gone():
			return fmt.Errorf("%s has ended: %s", i.name, i.process.State())
		default:
			return harness.Answers(ctx, "http://"+i.public.address+"/readyz")
		}
	})
	if err != nil {
		return fmt.Errorf("%s is not ready: %w; the end of its log:\n%s", i.name, err, harness.Tail(i.log))
	}
	return nil
}

// checkHealth checks whether the process is ready, as a gateway does.
func (i *instance) checkHealth(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	err := harness.Answers(ctx, "http://"+i.public.address+"/readyz")
	i.public.sick.Store(err != nil)
	i.private.sick.Store(err != nil)
	return err
}

// stop stops the process as an operator does, and returns an error if it fails.
func (i *instance) stop() error {
	if err := i.process.Signal(syscall.SIGTERM); err != nil {
		return fmt.Errorf("%s: %w", i.name, err)
	}
	if !i.process.EndsWithin(20 * time.Second) {
		i.process.Kill()
		return fmt.Errorf("%s did not end within 20 s of SIGTERM; the end of its log:\n%s", i.name, harness.Tail(i.log))
	}
	if code := i.process.State().ExitCode(); code != 0 {
		return fmt.Errorf("%s ended with %d; the end of its log:\n%s", i.name, code, harness.Tail(i.log))
	}
	return nil
}
