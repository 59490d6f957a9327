package terminal

import (
	"fmt"
	"slices"
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"
)

// paint colours a text by its meaning.
type paint func(meaning, text string) string

var colours = map[string]lipgloss.Style{
	"good": lipgloss.NewStyle().Bold(true).Foreground(lipgloss.Green),
	"bad":  lipgloss.NewStyle().Bold(true).Foreground(lipgloss.Red),
	"warn": lipgloss.NewStyle().Bold(true).Foreground(lipgloss.Yellow),
	"head": lipgloss.NewStyle().Bold(true),
	"soft": lipgloss.NewStyle().Faint(true),
}

func styled(meaning, text string) string { return colours[meaning].Render(text) }

func unstyled(_, text string) string { return text }

// screen draws the whole picture, as wide and high as the terminal.
func (m top) screen(p paint) string {
	lines := m.headline(p)
	lines = append(lines, m.alerts(p)...)
	lines = append(lines, m.flow(p)...)
	lines = append(lines, m.orders(p)...)
	lines = append(lines, m.partners(p)...)
	room := max(m.height-1, 1)
	if skip := min(m.skip, max(len(lines)-room, 0)); skip > 0 {
		lines = lines[skip:]
	}
	if more := len(lines) - room; more > 0 {
		lines = append(lines[:room-1], p("soft", fmt.Sprintf("… %d more lines: ↓", more+1)))
	}
	for i, line := range lines {
		lines[i] = ansi.Truncate(line, m.width, "…")
	}
	return strings.Join(lines, "\n")
}

func (m top) headline(p paint) []string {
	state := p("good", "All is well")
	switch {
	case m.err != nil:
		state = p("warn", plain("The shop does not answer: "+m.err.Error()+". Trying again"))
	case m.now.At.IsZero():
		state = p("soft", "Looking …")
	case len(m.now.Alerts) == 1:
		state = p("bad", "1 thing is wrong")
	case len(m.now.Alerts) > 1:
		state = p("bad", fmt.Sprintf("%d things are wrong", len(m.now.Alerts)))
	case m.now.Trouble != "":
		state = p("warn", plain(m.now.Trouble))
	case !m.now.Sure:
		state = p("soft", "Not known yet: the shop has just started")
	}
	return []string{
		"ACME webshop  " + state + "  " + p("soft", m.now.At.Local().Format("15:04:05")+"  q ends"),
		fmt.Sprintf("%s orders/s   %s events in work   %s dead letters", m.rate("OrderCreated"), number(m.now.Waiting), number(m.now.Parked)), "",
	}
}

// unknown is shown for what the shop does not know.
const unknown = "unknown"

func number(n *int) string {
	if n == nil {
		return unknown
	}
	return fmt.Sprint(*n)
}

// rate returns the events of a type per second.
func (m top) rate(event string) string {
	if m.now.Rates == nil {
		return unknown
	}
	return fmt.Sprintf("%.1f", m.now.Rates[event])
}

func (m top) alerts(p paint) (lines []string) {
	for _, a := range m.now.Alerts {
		meaning := "bad"
		if a.Severity == "warning" {
			meaning = "warn"
		}
		lines = append(lines, p(meaning, strings.ToUpper(a.Severity))+" "+p("head", plain(a.What))+p("soft", " since "+span(m.now.At.Sub(a.Since))))
		for line := range strings.SplitSeq(ansi.Wordwrap("Do: "+plain(a.Do), max(m.width-2, 20), ""), "\n") {
			lines = append(lines, "  "+line)
		}
		if a.OrderCount > 0 {
			numbers := make([]string, len(a.Orders))
			for i, o := range a.Orders {
				numbers[i] = fmt.Sprint(o.OrderID)
			}
			lines = append(lines, fmt.Sprintf("  Orders (%d): %s", a.OrderCount, strings.Join(numbers, " ")))
		}
		for _, f := range a.Follows {
			lines = append(lines, p("soft", "  Because of it: "+plain(f.What)))
		}
		lines = append(lines, "")
	}
	return lines
}

func (m top) flow(p paint) (lines []string) {
	lines = append(lines, p("head", fmt.Sprintf("%-34s%8s%9s%9s%14s  %s", "EVENT → SUBSCRIBER", "PER S", "WAITING", "FAILING", "DEAD LETTERS", "OLDEST")))
	for _, event := range m.shape.Events {
		lines = append(lines, fmt.Sprintf("%-34s%8s", event.Type, m.rate(event.Type)))
		for _, s := range event.Subscribers {
			lines = append(lines, m.step(p, s.Name))
		}
	}
	return append(lines, "")
}

func (m top) step(p paint, name string) string {
	if m.now.Steps == nil {
		return fmt.Sprintf("  → %-30s%8s%9s%9s%14s", name, unknown, unknown, unknown, unknown)
	}
	at := m.now.Steps[name]
	oldest, meaning := "", "soft"
	if at.Oldest != nil {
		oldest = span(m.now.At.Sub(*at.Oldest))
	}
	switch {
	case at.Late:
		oldest, meaning = oldest+", late", "bad"
	case at.Parked > 0:
		meaning = "bad"
	case at.Failing > 0:
		meaning = "warn"
	}
	line := fmt.Sprintf("  → %-30s%8.1f%9d%9d%14d  %s", name, at.Rate, at.Waiting, at.Failing, at.Parked, oldest)
	if meaning == "soft" {
		return line
	}
	return p(meaning, line)
}

func (m top) orders(p paint) []string {
	line := p("head", "ORDERS")
	if m.now.Orders == nil {
		line += "  " + unknown
	}
	for _, status := range m.shape.Statuses {
		if n := m.now.Orders[status]; n > 0 {
			line += fmt.Sprintf("  %s %d", status, n)
		}
	}
	return []string{line, ""}
}

func (m top) partners(p paint) []string {
	line := p("head", "PARTNERS")
	worst := slices.Clone(m.now.Partners)
	slices.SortStableFunc(worst, func(a, b partner) int { return b.Failed - a.Failed })
	for _, v := range worst {
		text := fmt.Sprintf("%s %d/%d", plain(v.Partner), v.Calls-v.Failed, v.Calls)
		if v.Failing {
			text = p("bad", text+" failing")
		}
		line += "  " + text
	}
	return []string{line + p("soft", "  (answered/calls in half a minute)")}
}
