package login

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"acme.example/webshop/platform/fault"
)

// Path is the login page, LogoutPath ends a session, and SessionPath returns the caller's name and roles.
const (
	Path        = "/login"
	LogoutPath  = "/logout"
	SessionPath = "/session"
)

// CookieName is the name of the cookie that holds a session.
const CookieName = "webshop_session"

// home is the page after a login that did not come from another page.
const home = "/console"

//go:embed pages/login.html
var source string

var form = template.Must(template.New("login").Parse(source))

// policy lets the page use the console's own files, and send its form to this listener.
const policy = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// Page answers with the login page.
func (g *Guard) Page(w http.ResponseWriter, r *http.Request) {
	next := local(r.URL.Query().Get("next"))
	if c, why, _ := g.caller(r); why == "" && c.May(Read) {
		http.Redirect(w, r, next, http.StatusSeeOther)
		return
	}
	show(w, http.StatusOK, next, "")
}

// Login exchanges a token for a session.
func (g *Guard) Login(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body) // from memory
	if err != nil {
		fault.Write(w, err)
		return
	}
	fields, err := url.ParseQuery(string(body))
	if err != nil {
		fault.Write(w, fault.Wrap(err, fault.Malformed, "the form cannot be read"))
		return
	}
	token, next := strings.TrimSpace(fields.Get("token")), local(fields.Get("next"))
	c, why, wait := g.shown(r, token)
	switch {
	case why == Slowed:
		g.Refused(r, why)
		w.Header().Set("Retry-After", fmt.Sprint(int(wait/time.Second)+1))
		show(w, http.StatusTooManyRequests, next, "Too many tokens were not right. Wait a little, and try again.")
	case why != "" || !c.May(Read):
		g.Refused(r, WrongToken)
		show(w, http.StatusUnauthorized, next, "The shop does not know this token.")
	default:
		g.begin(w, r, token)
		http.Redirect(w, r, next, http.StatusSeeOther)
	}
}

func (g *Guard) begin(w http.ResponseWriter, r *http.Request, token string) {
	session, ends, _ := g.Sessions.Begin(token)
	http.SetCookie(w, &http.Cookie{
		Name: CookieName, Value: session, Path: "/", Expires: ends, MaxAge: int(SessionValid / time.Second),
		HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: secure(r),
	})
}

// Logout ends the session.
func (g *Guard) Logout(w http.ResponseWriter, r *http.Request) {
	if cookie, err := r.Cookie(CookieName); err == nil {
		g.Sessions.End(cookie.Value)
	}
	http.SetCookie(w, &http.Cookie{
		Name: CookieName, Path: "/", MaxAge: -1, HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: secure(r),
	})
	w.WriteHeader(http.StatusNoContent)
}

// Session returns the caller's name and roles, and whether they come from a session, which can be ended.
func (g *Guard) Session(w http.ResponseWriter, r *http.Request) {
	c := Of(r.Context())
	session := false
	if cookie, err := r.Cookie(CookieName); err == nil {
		_, session = g.Sessions.Caller(cookie.Value)
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{"name": c.Name, "roles": c.Roles, "session": session}) // the client may have gone
}

// secure reports whether the browser uses HTTPS, perhaps to a proxy. A browser that claims it wrongly does not keep the
// cookie.
func secure(r *http.Request) bool {
	return r.TLS != nil || strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https")
}

// local returns an address of this listener, and home for any other.
func local(next string) string {
	u, err := url.Parse(next)
	if err != nil || u.Scheme != "" || u.Host != "" || !strings.HasPrefix(u.Path, "/") || strings.ContainsAny(next, "\\\r\n") || strings.HasPrefix(next, "//") || u.Path == Path {
		return home
	}
	return next
}

func show(w http.ResponseWriter, status int, next, problem string) {
	var html bytes.Buffer
	if err := form.Execute(&html, map[string]string{"Next": next, "Problem": problem}); err != nil {
		fault.Write(w, err)
		return
	}
	w.Header().Set("Content-Security-Policy", policy)
	w.Header().Set("Referrer-Policy", "same-origin") // with none, browsers send the form from the origin "null"
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(html.Bytes()) // the client may have gone
}
