package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"acme.example/webshop/platform/database/pgtest"
)

// nowhere is a database that does not exist: what needs none works without.
const nowhere = "WEBSHOP_DATABASE_URL=postgres://webshop:secret-word@127.0.0.1:1/shop?connect_timeout=1"

// TestTheRuntimesProtocol: one instance answers one call after the other, and reports errors as such.
func TestTheRuntimesProtocol(t *testing.T) {
	t.Parallel()
	r := begin(t, "", "WEBSHOP_FUNCTION=shop", nowhere)
	for range 2 {
		if o := r.invoke(t, get("/healthz")); o.failed || !strings.Contains(o.body, `"statusCode":204`) {
			t.Fatalf("%+v\n%s", o, r.log.String())
		}
	}
	if o := r.invoke(t, `{"what":"ever"}`); !o.failed || !strings.Contains(o.body, `"errorMessage":"not an event`) {
		t.Errorf("%+v", o)
	}
	if o := r.invoke(t, get("/readyz")); o.failed || !strings.Contains(o.body, `"statusCode":503`) {
		t.Errorf("%+v", o)
	}
	r.term(t)
	if err := r.over(t); err != nil || !r.extended.Load() || strings.Contains(r.log.String(), "secret-word") {
		t.Errorf("the end: %v, asked for SIGTERM: %v\n%s", err, r.extended.Load(), r.log.String())
	}
}

// TestAWrongSettingEndsTheInstance at once, with a reason without secrets.
func TestAWrongSettingEndsTheInstance(t *testing.T) {
	t.Parallel()
	for want, env := range map[string][]string{
		"Function":             {nowhere},
		"no function":          {"WEBSHOP_FUNCTION=bake", nowhere},
		"WEBSHOP_DATABASE_URL": {"WEBSHOP_FUNCTION=shop", "WEBSHOP_DATABASE_URL="},
		"postgres://USER":      {"WEBSHOP_FUNCTION=shop", "WEBSHOP_DATABASE_URL=mysql://a:secret-word@b/c"},
	} {
		r := begin(t, "", env...)
		if err := r.over(t); err == nil || !strings.Contains(strings.ToLower(r.log.String()), strings.ToLower(want)) || strings.Contains(r.log.String(), "secret-word") {
			t.Errorf("%v: %v\n%s", env, err, r.log.String())
		}
	}
}

// TestSIGTERMWaitsForTheInvocationThatRuns: the answer arrives, and then the process ends properly.
func TestSIGTERMWaitsForTheInvocationThatRuns(t *testing.T) {
	t.Parallel()
	var once sync.Once
	asked, answer := make(chan struct{}), make(chan struct{})
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		once.Do(func() { close(asked) }) // the SDK tries again
		<-answer
		w.WriteHeader(http.StatusServiceUnavailable)
	})
	slow := httptest.NewServer(mux)
	defer slow.Close()
	url := "WEBSHOP_DATABASE_URL=" + pgtest.Database(t)
	if o := begin(t, "", "WEBSHOP_FUNCTION=migrate", url).invoke(t, `{}`); o.failed {
		t.Fatalf("%+v", o)
	}
	// The bus is slow: the order is stored, and not answered yet.
	r := begin(t, "", "WEBSHOP_FUNCTION=createOrder", url, "AWS_ENDPOINT_URL_EVENTBRIDGE="+slow.URL)
	order := strings.Replace(strings.Replace(get("/createOrder"), "GET", "POST", 1), "{", `{"body":"{\"name\":\"Ann\",\"email\":\"ann@example.com\",\"phone\":\"12345\",\"street\":\"S 1\",\"city\":\"C\",\"customerType\":\"B2C\",\"market\":\"US\",\"products\":\"LB001\",\"totalPrice\":15000,\"testId\":0}",`, 1)
	r.payloads <- order
	<-asked
	r.term(t)
	close(answer)
	if o := r.outcome(t); o.failed || !strings.Contains(o.body, `"statusCode":200`) {
		t.Errorf("%+v\n%s", o, r.log.String())
	}
	if err := r.over(t); err != nil {
		t.Errorf("the end: %v\n%s", err, r.log.String())
	}
}

// BenchmarkColdStart measures a new instance: until it asks for its first call, until that is answered, and its memory.
// BOOTSTRAP names the bootstrap, as make lambda builds it.
func BenchmarkColdStart(b *testing.B) {
	url := "WEBSHOP_DATABASE_URL=" + pgtest.Database(b)
	begin(b, os.Getenv("BOOTSTRAP"), "WEBSHOP_FUNCTION=migrate", url).invoke(b, `{}`)
	for name, path := range paths {
		b.Run(name, func(b *testing.B) {
			var ready, first, cpu time.Duration
			var bytes float64
			for b.Loop() {
				begun := time.Now()
				r := begin(b, os.Getenv("BOOTSTRAP"), "WEBSHOP_FUNCTION="+name, url)
				until(b, r.asked, r)
				asked := time.Now()
				r.invoke(b, get(path))
				ready, first, bytes = ready+asked.Sub(begun), first+time.Since(asked), bytes+r.memory(b)
				r.term(b)
				_ = r.over(b)
				cpu += r.process.ProcessState.UserTime() + r.process.ProcessState.SystemTime()
			}
			n := float64(b.N)
			b.ReportMetric(float64(ready.Microseconds())/1000/n, "ms/init")
			b.ReportMetric(float64(first.Microseconds())/1000/n, "ms/first-call")
			b.ReportMetric(bytes/1e6/n, "MB")
			b.ReportMetric(float64(cpu.Microseconds())/1000/n, "ms/cpu") // of its whole life: more reliable on a busy machine
		})
	}
}

// paths are requests to functions that read something from the database.
var paths = map[string]string{"deliveryTimes": "/deliveryTimes", "shop": "/readyz"}

// BenchmarkWarm measures a call of a warm instance.
func BenchmarkWarm(b *testing.B) {
	url := "WEBSHOP_DATABASE_URL=" + pgtest.Database(b)
	begin(b, os.Getenv("BOOTSTRAP"), "WEBSHOP_FUNCTION=migrate", url).invoke(b, `{}`)
	for name, path := range paths {
		b.Run(name, func(b *testing.B) {
			r := begin(b, os.Getenv("BOOTSTRAP"), "WEBSHOP_FUNCTION="+name, url)
			r.invoke(b, get(path))
			for b.Loop() {
				r.invoke(b, get(path))
			}
			b.ReportMetric(r.memory(b)/1e6, "MB")
		})
	}
}
