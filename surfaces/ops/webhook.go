package ops

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"acme.example/webshop/platform/fault"
)

// ToWebhook posts notices to an address, as JSON in the form of Notice.
func ToWebhook(address string) func(context.Context, Notice) error {
	return func(ctx context.Context, n Notice) error { return post(ctx, address, n) }
}

// ToSlack posts notices to an incoming webhook of Slack, or one with the same form.
func ToSlack(address string) func(context.Context, Notice) error {
	return func(ctx context.Context, n Notice) error {
		return post(ctx, address, map[string]string{"text": slackText(n)})
	}
}

// CheckWebhook returns why an address is not valid, without repeating it: it may be a secret.
func CheckWebhook(address string) error {
	u, err := url.Parse(address)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return errors.New("must be like https://example.com/path")
	}
	return nil
}

// poster follows no redirects: a notice goes where the operator said, and nowhere else.
var poster = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

func post(ctx context.Context, address string, body any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(text))
	if err != nil {
		return errors.New("the address is not valid")
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "acme-webshop")
	res, err := poster.Do(req)
	if err != nil {
		if e, ok := errors.AsType[*url.Error](err); ok {
			err = e.Err // without the address
		}
		return fault.Wrap(err, fault.Unavailable, "no answer")
	}
	defer res.Body.Close()
	_, _ = io.CopyN(io.Discard, res.Body, 64<<10) // so that the connection can be reused; the status is the answer
	return posted(res)
}

// posted returns the meaning of a receiver's answer. A refusal is permanent.
func posted(res *http.Response) error {
	switch {
	case res.StatusCode >= 200 && res.StatusCode <= 299:
		return nil
	case res.StatusCode == http.StatusTooManyRequests, res.StatusCode == http.StatusRequestTimeout, res.StatusCode >= 500:
		err := fault.New(fault.Unavailable, "answered %d", res.StatusCode)
		if seconds, wrong := strconv.Atoi(res.Header.Get("Retry-After")); wrong == nil && seconds > 0 {
			err.RetryAfter = time.Duration(seconds) * time.Second
		}
		return err
	default:
		return fault.New(fault.Conflict, "answered %d", res.StatusCode)
	}
}

// slackEscape escapes texts as Slack demands.
var slackEscape = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// marks lead a text in Slack.
var marks = map[Severity]string{Warning: ":large_yellow_circle:", High: ":large_orange_circle:", Critical: ":red_circle:"}

// slackText is a notice in Slack's markup.
func slackText(n Notice) string {
	mark := marks[n.Alert.Severity]
	if n.Transition == Over {
		mark = ":large_green_circle:"
	}
	text := fmt.Sprintf("%s *%s* %s", mark, headline(n), slackEscape.Replace(n.Alert.What))
	if n.Transition != Over {
		text += "\n*Do:* " + slackEscape.Replace(n.Alert.Do)
	}
	var links []string
	for _, o := range n.Alert.Orders {
		links = append(links, fmt.Sprintf("<%s|%d>", o.Link, o.OrderID))
	}
	if len(links) > 0 {
		text += "\n*Orders:* " + strings.Join(links, ", ") + more(n.Alert)
	}
	for _, f := range n.Alert.Follows {
		text += "\n*Because of it:* " + slackEscape.Replace(f.What)
	}
	return text
}
