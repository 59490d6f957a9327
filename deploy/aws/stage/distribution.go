package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime"
	"net"
	"net/http"
	"path"
	"regexp"
	"strings"
	"time"

	"acme.example/webshop/surfaces/web"
)

// distribution is the part of CloudFront's configuration that the stage uses: which origin has which path.
type distribution struct {
	Origins              []struct{ ID, DomainName, OriginPath string }
	DefaultCacheBehavior behaviour
	CacheBehaviors       []behaviour
	CustomErrorResponses []struct {
		ErrorCode, ResponseCode whole
		ResponsePagePath        string
	}
}

type behaviour struct {
	PathPattern, TargetOriginID string
	AllowedMethods              []string
	ResponseHeadersPolicyID     string
	FunctionAssociations        []struct{ EventType, FunctionARN string }
}

// front serves customers as CloudFront does.
type front struct {
	distribution
	s       *Stage
	pages   map[string][]byte // the bucket
	headers map[string]string // for pages
	choose  *viewerFunction   // nil: none
}

// makeDistribution opens the shop's public address, with the pages in the bucket.
func (s *Stage) makeDistribution(r resource) error {
	var p struct{ DistributionConfig distribution }
	if err := json.Unmarshal(encode(r.Properties), &p); err != nil { // the stage ignores the other properties
		return err
	}
	exported, err := web.Export()
	if err != nil {
		return err
	}
	f := &front{distribution: p.DistributionConfig, s: s, pages: exported.Files, headers: map[string]string{}}
	if err := f.dress(); err != nil {
		return err
	}
	server := &http.Server{Handler: f, ReadHeaderTimeout: 5 * time.Second}
	listener, err := net.Listen("tcp", s.cfg.PublicAddr)
	if err != nil {
		return err
	}
	s.public = "http://" + listener.Addr().String()
	s.undo = append(s.undo, server.Close, f.choose.close)
	go func() { _ = server.Serve(listener) }()
	return nil
}

// dress reads the headers of pages and the function that selects them.
func (f *front) dress() error {
	policy, err := f.s.properties(f.DefaultCacheBehavior.ResponseHeadersPolicyID)
	if err != nil {
		return err
	}
	var p struct {
		ResponseHeadersPolicyConfig struct {
			CustomHeadersConfig struct {
				Items []struct{ Header, Value string }
			}
			SecurityHeadersConfig struct {
				ContentSecurityPolicy struct{ ContentSecurityPolicy string }
			}
		}
	}
	if err := json.Unmarshal(encode(policy), &p); err != nil {
		return err
	}
	for _, h := range p.ResponseHeadersPolicyConfig.CustomHeadersConfig.Items {
		f.headers[h.Header] = h.Value
	}
	f.headers["Content-Security-Policy"] = p.ResponseHeadersPolicyConfig.SecurityHeadersConfig.ContentSecurityPolicy.ContentSecurityPolicy
	for _, a := range f.DefaultCacheBehavior.FunctionAssociations {
		id, _, _ := strings.Cut(a.FunctionARN, ".") // as attribute makes it
		code, err := f.s.properties(f.s.resourceNamed(id))
		if err != nil {
			return err
		}
		m, _ := code.(map[string]any)
		if f.choose, err = newViewerFunction(fmt.Sprint(m["FunctionCode"])); err != nil {
			return err
		}
	}
	return nil
}

func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b := f.behaviour(r.URL.Path)
	if b.TargetOriginID == "pages" {
		f.page(w, r)
		return
	}
	for _, o := range f.Origins {
		id, _, _ := strings.Cut(o.DomainName, ".")
		if o.ID != b.TargetOriginID {
			continue
		}
		inner := r.Clone(r.Context())
		inner.URL.Path, inner.Host = "/"+id+o.OriginPath+r.URL.Path, o.DomainName
		inner.Header.Set("Via", "2.0 stage (CloudFront)")
		f.s.front.ServeHTTP(w, inner)
		return
	}
	http.Error(w, "no origin", http.StatusBadGateway)
}

// behaviour returns the first one whose pattern matches.
func (f *front) behaviour(path string) behaviour {
	for _, b := range f.CacheBehaviors {
		if regexp.MustCompile("^/?" + strings.ReplaceAll(regexp.QuoteMeta(strings.TrimPrefix(b.PathPattern, "/")), `\*`, ".*") + "$").MatchString(path) {
			return b
		}
	}
	return f.DefaultCacheBehavior
}

// page answers with a file of the bucket. A missing file is forbidden, as in a bucket that no one may list.
func (f *front) page(w http.ResponseWriter, r *http.Request) {
	key, err := f.choose.uri(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	status := http.StatusOK
	if f.pages[strings.TrimPrefix(key, "/")] == nil {
		status = http.StatusForbidden
		for _, e := range f.CustomErrorResponses {
			if int(e.ErrorCode) == status {
				status, key = int(e.ResponseCode), e.ResponsePagePath
			}
		}
	}
	for name, value := range f.headers {
		w.Header().Set(name, value)
	}
	w.Header().Set("Content-Type", mime.TypeByExtension(path.Ext(key)))
	if status == http.StatusOK {
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(f.pages[strings.TrimPrefix(key, "/")]))
		return
	}
	w.WriteHeader(status)
	_, _ = w.Write(f.pages[strings.TrimPrefix(key, "/")]) // the client may have gone
}
