package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"testing"
	"time"
)

// TestMain lets the tests' own program be the bootstrap of functions.
func TestMain(m *testing.M) {
	if api := os.Getenv("AWS_LAMBDA_RUNTIME_API"); api != "" {
		fake("http://" + api + "/2018-06-01/runtime/")
	}
	os.Exit(m.Run())
}

// asked is what the fake does.
type asked struct {
	Do          string
	ResponseURL string
	Path        string `json:"path"`
}

// fake is a bootstrap that follows the payload's instructions until it is killed.
func fake(api string) {
	for {
		answer, err := http.Get(api + "invocation/next")
		if err != nil {
			os.Exit(1)
		}
		body, _ := io.ReadAll(answer.Body)
		answer.Body.Close()
		var a asked
		_ = json.Unmarshal(body, &a) // a payload without instructions is echoed
		result, kind := a.obey(body)
		sent, err := http.Post(api+"invocation/"+answer.Header.Get("Lambda-Runtime-Aws-Request-Id")+"/"+kind, "application/json", bytes.NewReader(result))
		if err != nil {
			os.Exit(1)
		}
		sent.Body.Close()
	}
}

func (a asked) obey(body []byte) (result []byte, kind string) {
	switch {
	case a.ResponseURL != "":
		request, _ := http.NewRequest(http.MethodPut, a.ResponseURL, bytes.NewReader([]byte(`{"Status": "SUCCESS"}`)))
		if answer, err := http.DefaultClient.Do(request); err == nil {
			answer.Body.Close()
		}
		return body, "response"
	case a.Path != "":
		return encode(map[string]any{"statusCode": 200, "body": string(body)}), "response"
	case a.Do == "die":
		os.Exit(3)
	case a.Do == "hang":
		time.Sleep(time.Hour)
	case a.Do == "fail":
		return []byte(`{"errorType": "asked"}`), "error"
	case a.Do == "big":
		return []byte(`"` + string(bytes.Repeat([]byte("x"), maxResponse)) + `"`), "response"
	}
	return []byte(fmt.Sprintf(`{"pid": %d, "env": %q}`, os.Getpid(), os.Getenv("SAID"))), "response"
}

// pretended is a stage on the real template, whose functions are fakes.
func pretended(t *testing.T, change func(*Config)) *Stage {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cfg := Config{
		Template: "../template.yaml", Bootstrap: self, Folder: t.TempDir(), Log: slog.New(slog.DiscardHandler), Speed: 1000,
		Parameters: map[string]string{"OperatorNetworks": "127.0.0.0/8"},
	}
	if change != nil {
		change(&cfg)
	}
	s, err := Start(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}
