package email

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"acme.example/webshop/callbacks"
	"acme.example/webshop/platform/fault"
)

// Report is what the mail provider says became of a mail. Reports come late, twice and in any order.
type Report struct {
	MessageID string    // the local part: Message.ID
	State     string    // what became of it
	At        time.Time // since when
	Reason    string    // of one that was not delivered: why
}

// reported are the types of the mail provider's messages, and what a mail is after each.
var reported = map[string]string{"mail.delivered": "delivered", "mail.delayed": "delayed", "mail.bounced": "bounced"}

// Reports lists what the mail provider can report of a mail.
func Reports() []string { return slices.Sorted(maps.Values(reported)) }

// PublicRoutes adds the mail provider's callback.
func (s *Service) PublicRoutes(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "mailCallback", Method: http.MethodPost, Path: "/callbacks/mail", Summary: "The mail provider says what became of a mail",
		Description: "Signed as by Standard Webhooks: webhook-id, webhook-timestamp, webhook-signature. Coming twice, or late, changes nothing.",
		Errors:      []int{400, 401, 404}, DefaultStatus: http.StatusNoContent,
	}, s.postCallback)
}

func (s *Service) postCallback(ctx context.Context, in *callbacks.Callback) (*struct{}, error) {
	message, err := in.Open(s.Verify)
	if err != nil {
		return nil, err
	}
	r, err := reportOf(message.Type, in.RawBody)
	if err != nil {
		return nil, err
	}
	if err := s.Store.ReportMail(ctx, r); err != nil {
		return nil, err
	}
	if s.Reported != nil {
		s.Reported(r.State)
	}
	return nil, nil
}

// reportOf reads what a message reports, which was verified.
func reportOf(kind string, body []byte) (Report, error) {
	state, known := reported[kind]
	if !known {
		return Report{}, fault.InvalidField("type", "must be one of %v", slices.Sorted(maps.Keys(reported)))
	}
	var message struct {
		Data struct {
			MessageID, Reason string
			At                time.Time
		}
	}
	if err := json.Unmarshal(body, &message); err != nil {
		return Report{}, fault.Wrap(err, fault.Malformed, "the body is not a report")
	}
	d := message.Data
	switch {
	case d.MessageID == "":
		return Report{}, fault.InvalidField("data.messageId", "must be the Message-ID of a mail")
	case d.At.IsZero():
		return Report{}, fault.InvalidField("data.at", "must be when it happened, as in RFC 3339")
	}
	return Report{MessageID: local(d.MessageID), State: state, At: d.At.UTC(), Reason: d.Reason}, nil
}

// local returns the local part of a Message-ID, which providers tell with or without its domain and brackets.
func local(messageID string) string {
	id, _, _ := strings.Cut(strings.Trim(messageID, "<>"), "@")
	return id
}
