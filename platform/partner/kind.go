package partner

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"syscall"
)

// withStatus is an error with the status of an answer.
type withStatus struct {
	error
	status int
}

// Unwrap returns the error without the status.
func (w withStatus) Unwrap() error { return w.error }

// statusOf returns the status that an error has; 0 for none.
func statusOf(err error) int {
	if a, ok := errors.AsType[answered](err); ok {
		return a.status
	}
	w, _ := errors.AsType[withStatus](err)
	return w.status
}

// kindOf describes in the shop's own words why a call got no clear answer.
func kindOf(err error) string {
	var timeout net.Error
	var name *net.DNSError
	var certificate *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	switch status := statusOf(err); {
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		return "answered " + strconv.Itoa(status) + ", it does not accept the shop's token"
	case status >= 200 && status <= 299:
		return "answered, but not as agreed"
	case status != 0:
		return "answered " + strconv.Itoa(status)
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return "no answer in time"
	case errors.As(err, &name):
		return "its host name is not known"
	case errors.As(err, &certificate), errors.As(err, &record):
		return "no trusted TLS connection"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "connection refused"
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return "not reachable"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "connection broken off"
	default:
		return "no clear answer"
	}
}
