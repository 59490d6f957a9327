package app

import "acme.example/webshop/surfaces/console"

// openConsole returns the operator's console.
func (s *system) openConsole() *console.Console {
	return &console.Console{
		Store: s.engine, Alerts: s.alerts.List, Partners: s.vitals, Audited: s.audited, Deadlines: s.deadlines,
		Markets: func() []string { return s.rules.Latest().Markets() }, Mail: s.hasMail, Stopping: s.quitting, Now: s.now, Log: s.log,
	}
}

// hasMail reports whether the built-in receiver has a mail.
func (s *system) hasMail(id string) bool {
	if s.mail.mailbox == nil {
		return false
	}
	_, err := s.mail.mailbox.Find(id)
	return err == nil
}
