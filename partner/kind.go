package partner

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"os"
	"regexp"
	"syscall"
)

// statusText finds the status in the words of an error of Client or Mail.
var statusText = regexp.MustCompile(`\banswered ([1-5]\d\d)\b`)

// kindOf says in a few words why a call got no clear answer. It is one of few texts, none of them anyone else's.
func kindOf(err error) string {
	var timeout net.Error
	var name *net.DNSError
	var certificate *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	switch answered := statusText.FindStringSubmatch(err.Error()); {
	case answered != nil && (answered[1] == "401" || answered[1] == "403"):
		return "answered " + answered[1] + ", it does not accept the shop's token"
	case answered != nil && answered[1][0] == '2':
		return "answered, but not as agreed"
	case answered != nil:
		return "answered " + answered[1]
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
