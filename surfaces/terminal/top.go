package terminal

import (
	"context"
	"errors"
	"io"
	"time"

	tea "charm.land/bubbletea/v2"
)

// lookEvery is how often the shop is polled.
const lookEvery = time.Second

// Top shows the state of the shop each second until the operator quits (q, Esc or Ctrl-C) or the context ends.
func Top(ctx context.Context, get Get, in io.Reader, out io.Writer) error {
	m := top{ctx: ctx, get: get, width: 80, height: 24}
	if err := get(ctx, "/console/api/shape", &m.shape); err != nil {
		return err
	}
	_, err := tea.NewProgram(m, tea.WithContext(ctx), tea.WithInput(in), tea.WithOutput(out)).Run()
	if errors.Is(err, tea.ErrProgramKilled) && ctx.Err() != nil {
		return nil // the operator quit
	}
	return err
}

// Once prints the state of the shop once, where it cannot be updated.
func Once(ctx context.Context, get Get, out io.Writer) error {
	m := top{ctx: ctx, get: get, width: 100, height: 1000}
	if err := get(ctx, "/console/api/shape", &m.shape); err != nil {
		return err
	}
	seen := m.look().(looked)
	if seen.err != nil {
		return seen.err
	}
	m.now = seen.now
	_, err := io.WriteString(out, m.screen(unstyled)+"\n")
	return err
}

// top is the content of the screen.
type top struct {
	ctx           context.Context
	get           Get
	shape         shape
	now           now
	err           error
	width, height int
	skip          int // lines scrolled away
}

type looked struct {
	now now
	err error
}

// Init starts polling.
func (m top) Init() tea.Cmd { return m.look }

func (m top) look() tea.Msg {
	ctx, cancel := context.WithTimeout(m.ctx, 5*time.Second)
	defer cancel()
	var l looked
	l.err = m.get(ctx, "/console/api/now", &l.now)
	return l
}

// Update handles a sample, a key, or a new size.
func (m top) Update(message tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := message.(type) {
	case looked:
		if m.err = msg.err; m.err == nil {
			m.now = msg.now
		}
		return m, tea.Tick(lookEvery, func(time.Time) tea.Msg { return m.look() })
	case tea.WindowSizeMsg:
		m.width, m.height = msg.Width, msg.Height
	case tea.KeyPressMsg:
		switch msg.String() {
		case "q", "esc", "ctrl+c":
			return m, tea.Quit
		case "down", "j":
			m.skip++
		case "up", "k":
			m.skip = max(m.skip-1, 0)
		}
	}
	return m, nil
}

// View draws the screen.
func (m top) View() tea.View {
	v := tea.NewView(m.screen(styled))
	v.AltScreen = true
	v.WindowTitle = "webshop top"
	return v
}
