package aws

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"

	"github.com/aws/aws-lambda-go/events"

	"acme.example/webshop/deploy/aws/functions"
)

// failedInvocation is Lambda's record of an event that a function failed to handle in all its tries.
type failedInvocation struct {
	RequestContext struct {
		Condition string `json:"condition"`
	} `json:"requestContext"`
	RequestPayload  json.RawMessage `json:"requestPayload"`
	ResponsePayload struct {
		ErrorMessage string `json:"errorMessage"`
		ErrorType    string `json:"errorType"`
	} `json:"responsePayload"`
}

// park makes each event of the dead-letter queue a dead letter of the shop, unless it has been handled meanwhile.
func (f *Function) park(ctx context.Context, batch events.SQSEvent) (failed events.SQSEventResponse, err error) {
	for _, m := range batch.Records {
		if err := f.parkOne(ctx, m); err != nil {
			f.log.ErrorContext(ctx, "dead letter not parked; it comes again", "message", m.MessageId, "error", err)
			failed.BatchItemFailures = append(failed.BatchItemFailures, events.SQSBatchItemFailure{ItemIdentifier: m.MessageId})
		}
	}
	return failed, nil
}

func (f *Function) parkOne(ctx context.Context, m events.SQSMessage) error {
	var record failedInvocation
	if err := json.Unmarshal([]byte(m.Body), &record); err != nil {
		return fmt.Errorf("%w: %w", errNoEvent, err)
	}
	payload := []byte(m.Body)
	if len(record.RequestPayload) > 0 {
		payload = record.RequestPayload
	}
	var d delivery
	if err := json.Unmarshal(payload, &d); err != nil {
		return fmt.Errorf("%w: %w", errNoEvent, err)
	}
	subscriber, env, err := d.read()
	if err != nil {
		return err
	}
	if subscriber = cmp.Or(subscriber, functions.SubscriberOfRule(attribute(m, "RULE_ARN"))); subscriber == "" {
		return fmt.Errorf("%w: its subscriber is unknown", errNoEvent)
	}
	if record.ResponsePayload.ErrorType == "notStored" {
		f.log.WarnContext(ctx, "an event that failed with the database is not parked: it is published again", "event", env.ID, "subscriber", subscriber)
		return nil
	}
	return f.shop.Park(ctx, subscriber, env.ID, "not delivered: "+cmp.Or(why(record), attribute(m, "ERROR_CODE"), "its function could not be called"))
}

// why returns the reason without data of a customer: it leaves out the function's own error text.
func why(r failedInvocation) string {
	return cmp.Or(r.ResponsePayload.ErrorType, r.RequestContext.Condition)
}

func attribute(m events.SQSMessage, name string) string {
	if value := m.MessageAttributes[name].StringValue; value != nil {
		return *value
	}
	return ""
}
