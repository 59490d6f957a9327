package ops

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"acme.example/webshop/platform/telemetry"
)

// ToLog logs notices.
func ToLog(log *slog.Logger) func(context.Context, Notice) error {
	return func(ctx context.Context, n Notice) error {
		level := slog.LevelError
		switch {
		case n.Transition == Over:
			level = slog.LevelInfo
		case n.Alert.Severity == Warning:
			level = slog.LevelWarn
		}
		var orders []int64
		for _, o := range n.Alert.Orders {
			orders = append(orders, o.OrderID)
		}
		log.LogAttrs(telemetry.EachLine(ctx), level, "alert "+string(n.Transition), slog.String("rule", n.Alert.Rule), slog.String("severity", string(n.Alert.Severity)),
			slog.String("what", n.Alert.What), slog.String("do", n.Alert.Do), slog.Time("since", n.Alert.Since),
			slog.Any("orders", orders), slog.Int("orderCount", n.Alert.OrderCount), slog.Int("follows", len(n.Alert.Follows)))
		return nil
	}
}

// Message is a notice as a mail.
type Message struct{ ID, Subject, Text string }

// ToMail sends notices as mails.
func ToMail(send func(context.Context, Message) error) func(context.Context, Notice) error {
	return func(ctx context.Context, n Notice) error {
		id := fmt.Sprintf("alert.%s.%s.%d", plain(n.Alert.ID), n.Transition, n.At.UnixMilli())
		return send(ctx, Message{ID: id, Subject: "[" + headline(n) + "] " + n.Alert.What, Text: messageText(n)})
	}
}

// plain keeps letters and digits, for a Message-ID.
func plain(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, text)
}

func messageText(n Notice) string {
	text := fmt.Sprintf("%s\n\nSince: %s\n", n.Alert.What, n.Alert.Since.UTC().Format(time.RFC1123))
	if n.Transition != Over {
		text += "Do:    " + n.Alert.Do + "\n"
	}
	if n.Alert.OrderCount > 0 {
		text += fmt.Sprintf("\nOrders: %d\n", n.Alert.OrderCount)
	}
	for _, o := range n.Alert.Orders {
		text += fmt.Sprintf("%d  %s\n", o.OrderID, o.Link)
	}
	if len(n.Alert.Follows) > 0 {
		text += "\nBecause of it:\n"
	}
	for _, f := range n.Alert.Follows {
		text += "- " + f.What + "\n"
	}
	return text + "\nShop: " + n.Shop + "\nAlert: " + n.Alert.ID + "\n"
}

// headline has the severity and since when it is wrong, or how long it lasted.
func headline(n Notice) string {
	switch {
	case n.Transition == Over && n.Alert.Ended != nil:
		return "over after " + n.Alert.Ended.Sub(n.Alert.Since).Round(time.Second).String()
	case n.Transition == Repeated:
		return string(n.Alert.Severity) + ", " + sinceText(n) + ", for " + n.At.Sub(n.Alert.Since).Round(time.Second).String()
	default:
		return string(n.Alert.Severity) + ", " + sinceText(n)
	}
}

// sinceText formats since when it is wrong, with the date if that is another day.
func sinceText(n Notice) string {
	since, layout := n.Alert.Since.UTC(), time.TimeOnly
	if since.Format(time.DateOnly) != n.At.UTC().Format(time.DateOnly) {
		layout = time.DateTime
	}
	return "since " + since.Format(layout) + " UTC"
}

// more says how many orders are not listed.
func more(a Alert) string {
	if hidden := a.OrderCount - len(a.Orders); hidden > 0 {
		return fmt.Sprintf(" and %d more", hidden)
	}
	return ""
}
