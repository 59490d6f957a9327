package mailbox

import (
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"strconv"

	"acme.example/webshop/platform/fault"
)

// perPage is how many mails a page of the list shows; maxLimit bounds one answer to a program.
const (
	perPage  = 50
	maxLimit = 500
)

// Handler is the viewer. Its routes are
//
//	GET /mail              the list, newest first: ?q= searches, ?page= pages
//	GET /mail/{id}         one mail as its recipient sees it
//	GET /mail/{id}/html    its HTML alone, for the frame in that page
//	GET /mail/{id}/raw     its source
//	GET /mail/{id}/files/{name}  a file that is attached to it
//
// With ?format=json the first is {"mails":[…],"total":n}, with ?to= for one recipient, ?limit= (at most 500) and ?page=, and
// the second is a Mail. Mails hold the keys to orders: the viewer belongs on the private listener.
func (m *Mailbox) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /mail", m.showList)
	mux.Handle("GET /mail/{$}", http.RedirectHandler("/mail", http.StatusMovedPermanently))
	mux.HandleFunc("GET /mail/{id}", m.withMail(m.showMail))
	mux.HandleFunc("GET /mail/{id}/html", m.withMail(m.showHTML))
	mux.HandleFunc("GET /mail/{id}/raw", m.withMail(m.showSource))
	mux.HandleFunc("GET /mail/{id}/files/{name}", m.withMail(m.sendFile))
	mux.HandleFunc("GET /mail/", func(w http.ResponseWriter, r *http.Request) {
		m.refuse(w, r, fault.New(fault.NotFound, "there is nothing at %s", r.URL.Path))
	})
	return mux
}

// withMail finds the mail named in a path.
func (m *Mailbox) withMail(show func(http.ResponseWriter, *http.Request, Mail)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		found, err := m.Find(r.PathValue("id"))
		if err != nil {
			m.refuse(w, r, err)
			return
		}
		show(w, r, found)
	}
}

// listView is the data of the list's page.
type listView struct {
	Mails        []Summary
	Query        string
	Total        int
	From, To     int    // positions of the first and the last mail shown
	Newer, Older string // addresses of the adjacent pages, "" if there is none
}

func (m *Mailbox) showList(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	page := number(q.Get("page"), 1, 1_000_000)
	if wantsJSON(r) {
		limit := number(q.Get("limit"), perPage, maxLimit)
		f := Filter{To: q.Get("to"), Query: q.Get("q"), Skip: (page - 1) * limit, Limit: limit}
		mails, total := m.List(f)
		m.writeJSON(w, map[string]any{"mails": mails, "total": total})
		return
	}
	f := Filter{To: q.Get("to"), Query: q.Get("q"), Skip: (page - 1) * perPage, Limit: perPage}
	mails, total := m.List(f)
	view := listView{Mails: mails, Query: f.Query, Total: total, From: f.Skip + 1, To: f.Skip + len(mails)}
	if page > 1 {
		view.Newer = pageAddress(q, page-1)
	}
	if view.To < total {
		view.Older = pageAddress(q, page+1)
	}
	m.write(w, http.StatusOK, "list.html", view)
}

func (m *Mailbox) showMail(w http.ResponseWriter, r *http.Request, found Mail) {
	if wantsJSON(r) {
		m.writeJSON(w, found)
		return
	}
	m.write(w, http.StatusOK, "mail.html", found)
}

var head = regexp.MustCompile(`(?i)<head[^>]*>`)

// showHTML answers a mail's HTML, which can only be displayed. Its links open in a new tab, as in a mail program, since
// the shop's pages would not work in the frame.
func (m *Mailbox) showHTML(w http.ResponseWriter, _ *http.Request, found Mail) {
	const newTab = `<base target="_blank">`
	page := newTab + found.HTML
	if at := head.FindStringIndex(found.HTML); at != nil {
		page = found.HTML[:at[1]] + newTab + found.HTML[at[1]:]
	}
	m.send(w, "text/html; charset=utf-8", policyOfMails, []byte(page))
}

func (m *Mailbox) showSource(w http.ResponseWriter, _ *http.Request, found Mail) {
	m.send(w, "text/plain; charset=utf-8", policyOfMails, found.Raw)
}

// sendFile answers an attached file, to be saved: what is in it is as strange as the mail.
func (m *Mailbox) sendFile(w http.ResponseWriter, r *http.Request, found Mail) {
	for _, f := range found.Files {
		if f.Name == r.PathValue("name") {
			w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.Name}))
			m.send(w, "application/octet-stream", policyOfMails, f.Data)
			return
		}
	}
	m.refuse(w, r, fault.New(fault.NotFound, "the mail has no file %.80q", r.PathValue("name")))
}

func (m *Mailbox) refuse(w http.ResponseWriter, r *http.Request, err error) {
	if wantsJSON(r) {
		fault.Write(w, err)
		return
	}
	p := fault.ProblemOf(err)
	m.write(w, p.Status, "missing.html", p)
}

func (m *Mailbox) writeJSON(w http.ResponseWriter, body any) {
	data, err := json.Marshal(body)
	if err != nil {
		fault.Write(w, fmt.Errorf("mailbox: %w", err))
		return
	}
	m.send(w, "application/json", policyOfMails, data)
}

func wantsJSON(r *http.Request) bool { return r.URL.Query().Get("format") == "json" }

// number parses a positive number: anything else is the default, and too large a number is the maximum.
func number(text string, otherwise, most int) int {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return min(otherwise, most)
	}
	return min(n, most)
}

func pageAddress(q url.Values, page int) string {
	q.Set("page", strconv.Itoa(page))
	return "/mail?" + q.Encode()
}
