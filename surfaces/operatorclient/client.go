// Package operatorclient is the client of a running shop's private listener: it prints alerts, dead letters, rules,
// orders and the traffic for the commands.
package operatorclient

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"text/tabwriter"
	"time"

	"acme.example/webshop/platform/fault"
	"acme.example/webshop/surfaces/ops"
)

// maxAnswer bounds an answer.
const maxAnswer = 64 << 20

// Client calls the private listener of a shop, and prints the answers.
type Client struct {
	URL       string                 // of the private listener
	Token     func() (string, error) // an operator's; "": none needed
	WhenToken string                 // what to try if the token is refused; may be empty
	Out       io.Writer
}

// List prints the dead letters.
func (c Client) List(ctx context.Context) error {
	var got struct{ DeadLetters []ops.DeadLetter }
	if err := c.call(ctx, http.MethodGet, "/deadletters", nil, &got); err != nil {
		return err
	}
	if len(got.DeadLetters) == 0 {
		_, err := fmt.Fprintln(c.Out, "There are no dead letters.")
		return err
	}
	table := tabwriter.NewWriter(c.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "PARKED\tEVENT\tSUBSCRIBER\tORDER\tTRIES\tLAST ERROR")
	for _, l := range got.DeadLetters {
		fmt.Fprintf(table, "%s\t%s\t%s\t%d\t%d\t%s\n", l.ParkedAt.Format(time.DateTime), l.EventID, l.Subscriber, l.OrderID, l.Attempts, l.LastError)
	}
	return table.Flush()
}

// Show prints one dead letter as JSON.
func (c Client) Show(ctx context.Context, event, subscriber string) error {
	var got json.RawMessage
	if err := c.call(ctx, http.MethodGet, letterPath(event, subscriber, ""), nil, &got); err != nil {
		return err
	}
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, got, "", "  "); err != nil {
		return err
	}
	_, err := fmt.Fprintln(c.Out, pretty.String())
	return err
}

// Replay makes a dead letter due again.
func (c Client) Replay(ctx context.Context, event, subscriber string) error {
	if err := c.call(ctx, http.MethodPost, letterPath(event, subscriber, "/replay"), nil, nil); err != nil {
		return err
	}
	_, err := fmt.Fprintln(c.Out, "It is tried again now.")
	return err
}

// ReplayAll makes a bounded number of a subscriber's dead letters due again.
func (c Client) ReplayAll(ctx context.Context, subscriber string) error {
	var got ops.Replayed
	if err := c.call(ctx, http.MethodPost, "/deadletters/replay", map[string]string{"subscriber": subscriber}, &got); err != nil {
		return err
	}
	_, err := fmt.Fprintf(c.Out, "Tried again now: %d.\n", got.Replayed)
	if got.Left > 0 && err == nil {
		_, err = fmt.Fprintf(c.Out, "Left: %d. Run this again when these are done.\n", got.Left)
	}
	return err
}

// Discard gives up a dead letter.
func (c Client) Discard(ctx context.Context, event, subscriber, reason string) error {
	if err := c.call(ctx, http.MethodPost, letterPath(event, subscriber, "/discard"), map[string]string{"reason": reason}, nil); err != nil {
		return err
	}
	_, err := fmt.Fprintln(c.Out, "It is given up; the reason is kept.")
	return err
}

func letterPath(event, subscriber, action string) string {
	return "/deadletters/" + url.PathEscape(event) + "/" + url.PathEscape(subscriber) + action
}

func (c Client) call(ctx context.Context, method, path string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	return c.send(ctx, method, path, body, out)
}

func (c Client) send(ctx context.Context, method, path string, body []byte, out any) error {
	req, err := http.NewRequestWithContext(ctx, method, c.URL+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	token, err := c.Token()
	if err != nil {
		return err
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("is the shop running? %w", err)
	}
	defer answer.Body.Close()
	err = read(answer, out)
	if answer.StatusCode == http.StatusUnauthorized && token != "" && c.WhenToken != "" {
		err = fmt.Errorf("%w (%s)", err, c.WhenToken)
	}
	return err
}

func read(answer *http.Response, out any) error {
	reader := io.LimitReader(answer.Body, maxAnswer)
	if answer.StatusCode >= http.StatusBadRequest {
		var p fault.Problem
		if err := json.NewDecoder(reader).Decode(&p); err != nil {
			return fmt.Errorf("the shop answered %s", answer.Status)
		}
		return refusal(p)
	}
	switch to := out.(type) {
	case nil:
		return nil
	case io.Writer: // what is no JSON
		_, err := io.Copy(to, reader)
		return err
	}
	return json.NewDecoder(reader).Decode(out)
}

// refused is an answer that refuses a request.
type refused struct {
	status int
	text   string
}

func (r refused) Error() string { return r.text }

// refusal converts a problem to an error, with each wrong input.
func refusal(p fault.Problem) error {
	text := p.Detail
	for _, f := range p.Errors {
		text += "\n  " + f.Name + ": " + f.Detail
	}
	return refused{p.Status, text}
}
