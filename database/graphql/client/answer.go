package client

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"acme.example/webshop/fault"
)

// answer is what the service says, with the errors as its presenter forms them.
type answer struct {
	Data   any           `json:"data"`
	Errors []answerError `json:"errors"`
}

type answerError struct {
	Message    string `json:"message"`
	Extensions struct {
		Code         fault.Code    `json:"code"`
		Status       int           `json:"status"` // 0: of the query itself
		Errors       []fault.Field `json:"errors"`
		RetryAfterMs int64         `json:"retryAfterMs"`
	} `json:"extensions"`
}

// open reads an answer into data, or returns the error that it holds.
func open(text []byte, data any) error {
	a := answer{Data: data}
	if err := json.Unmarshal(text, &a); err != nil {
		return fmt.Errorf("client: the answer of the database service cannot be read: %w", err)
	}
	if len(a.Errors) > 0 {
		return a.Errors[0].fault()
	}
	return nil
}

// fault is the error as it was in the service's process, without its cause. What the service says about the query itself
// is an error of ours: it is of another version.
func (e answerError) fault() error {
	x := e.Extensions
	if x.Status == 0 {
		return fmt.Errorf("client: the database service does not take the query: %s (%s)", e.Message, x.Code)
	}
	message := e.Message
	for i := len(x.Errors) - 1; i >= 0; i-- { // they are told in the message too
		message = strings.TrimSuffix(message, "; "+x.Errors[i].Name+": "+x.Errors[i].Detail)
	}
	return &fault.Error{
		Code: x.Code, Message: message, Fields: x.Errors, RetryAfter: time.Duration(x.RetryAfterMs) * time.Millisecond,
	}
}
