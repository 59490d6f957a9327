package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"

	"acme.example/webshop/app"
)

// partners simulates the partners in this process until the context ends. It returns the functions' settings for them.
func partners(ctx context.Context, seed uint64) (map[string]string, error) {
	read, write := io.Pipe()
	stockist, screening := rand.Text()+rand.Text(), rand.Text()+rand.Text()
	third := app.ThirdParties{Addr: "127.0.0.1:0", MailAddr: "127.0.0.1:0", Stockist: app.Secret(stockist), Screening: app.Secret(screening), Seed: seed, Out: write}
	ended := make(chan error, 1)
	go func() {
		err := third.Run(ctx)
		ended <- err
		_ = write.CloseWithError(fmt.Errorf("the partners have ended: %w", err))
	}()
	address, mail, err := addresses(read)
	if err != nil {
		return nil, err
	}
	return map[string]string{
		"WEBSHOP_SIMULATORS_URL": "http://" + address, "WEBSHOP_TEST_SMTP_ADDR": mail, "WEBSHOP_SIMULATE": "payments-us,payments-mx,screening,stockist,carrier,books,mail",
		"WEBSHOP_STOCKIST_SECRET": stockist, "WEBSHOP_SCREENING_SECRET": screening,
	}, nil
}

var told = regexp.MustCompile(`(?:Partners at http://|Mails are received at )([0-9.:]+)`)

// addresses reads the partners' and the mail receiver's addresses from their output at the start.
func addresses(out io.Reader) (address, mail string, err error) {
	lines, found := bufio.NewScanner(out), []string{}
	for len(found) < 2 && lines.Scan() {
		if m := told.FindStringSubmatch(lines.Text()); m != nil {
			found = append(found, m[1])
		}
	}
	if len(found) < 2 {
		return "", "", fmt.Errorf("the partners do not say where they are: %w", lines.Err())
	}
	go func() { _, _ = io.Copy(io.Discard, out) }() // the rest of their output
	return found[0], found[1], nil
}

// build builds the bootstrap of all functions, as make lambda does, for this machine's processor.
func build(ctx context.Context, folder string) (string, error) {
	path := filepath.Join(folder, "bootstrap")
	command := exec.CommandContext(ctx, "go", "build", "-tags", "lambda.norpc", "-ldflags=-s -w", "-o", path, "acme.example/webshop/cmd/lambda")
	command.Env = append(os.Environ(), "CGO_ENABLED=0")
	if text, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building the bootstrap: %w\n%s", err, text)
	}
	return path, nil
}

// settings are what differs on this machine from AWS: no IAM, a database on a socket, and local partners.
func settings(database string, others map[string]string) map[string]string {
	all := map[string]string{
		"WEBSHOP_DATABASE_URL": database, "WEBSHOP_DATABASE_IAM": "", "OTEL_EXPORTER_OTLP_ENDPOINT": "",
		"WEBSHOP_SMTP_TLS": "none",
	}
	maps.Copy(all, others)
	return all
}
