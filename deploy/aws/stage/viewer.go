package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"strings"
	"sync"
	"syscall"
)

// viewerFunction runs a CloudFront function in Node.js: each input line is an event, and each output line a request.
type viewerFunction struct {
	mu  sync.Mutex
	in  io.WriteCloser
	out *bufio.Scanner
	cmd *exec.Cmd
}

// loop calls the function for each line.
const loop = `
require("readline").createInterface({ input: process.stdin }).on("line", function (line) {
  console.log(JSON.stringify(handler(JSON.parse(line))));
});`

func newViewerFunction(code string) (*viewerFunction, error) {
	v := &viewerFunction{cmd: exec.Command("node", "-e", code+loop)}
	v.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	var err error
	if v.in, err = v.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := v.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	v.out = bufio.NewScanner(out)
	if err := v.cmd.Start(); err != nil {
		return nil, fmt.Errorf("the pages' function needs Node.js (make setup): %w", err)
	}
	return v, nil
}

func (v *viewerFunction) close() error {
	if v == nil {
		return nil
	}
	err := v.in.Close() // ends its loop
	_ = v.cmd.Wait()
	return err
}

// viewed is a name of a header or a cookie with its values.
type viewed struct {
	Value      string   `json:"value"`
	MultiValue []viewed `json:"multiValue,omitempty"`
}

// uri returns the path that the function makes of a request's; without a function it is the request's own.
func (v *viewerFunction) uri(r *http.Request) (string, error) {
	if v == nil {
		return r.URL.Path, nil
	}
	headers, cookies := map[string]viewed{}, map[string]viewed{}
	for name, values := range r.Header {
		headers[strings.ToLower(name)] = viewed{Value: strings.Join(values, ",")}
	}
	for _, c := range r.Cookies() {
		was := cookies[c.Name]
		cookies[c.Name] = viewed{Value: c.Value, MultiValue: append(was.MultiValue, viewed{Value: c.Value})}
	}
	return v.call(map[string]any{"version": "1.0", "context": map[string]string{"eventType": "viewer-request"}, "request": map[string]any{
		"method": r.Method, "uri": r.URL.Path, "headers": headers, "cookies": cookies, "querystring": map[string]any{},
	}})
}

func (v *viewerFunction) call(event any) (string, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if _, err := v.in.Write(append(encode(event), '\n')); err != nil {
		return "", err
	}
	if !v.out.Scan() {
		return "", fmt.Errorf("the pages' function has ended: %v", v.out.Err())
	}
	var request struct{ URI string }
	err := json.Unmarshal(v.out.Bytes(), &request)
	return request.URI, err
}
