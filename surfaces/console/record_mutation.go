package console

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"acme.example/webshop/platform/database"
)

// mutations are the names of GraphQL's mutations for which there is a route. The others have their own names.
var mutations = map[string]string{
	"placeOrder": "place", "updateOrderStatus": "update-status", "addDeliveryDataToOrder": "book-delivery",
	"moveDelivery": "move-delivery", "cancelOrder": "cancel",
	"refundOrder": "refund", "approveRefund": "approve-refund", "refuseRefund": "refuse-refund", "replayDeadLetter": "replay", "replayDeadLetters": "replay-all", "discardDeadLetter": "discard",
}

// Mutation returns the action of a mutation. Only arguments that identify no customer are kept.
func (c *Recorder) Mutation(ctx context.Context, name string, args map[string]any) database.Action {
	a := database.Action{What: name}
	if what, known := mutations[name]; known {
		a.What = what
	}
	if passed, decided := args["passed"].(bool); decided {
		a.What = map[bool]string{true: "approve", false: "refuse"}[passed]
	}
	if receipt, given := args["receipt"].(map[string]any); given {
		a.EventID, a.Subscriber = text(receipt["eventId"]), text(receipt["subscriber"])
		a.OrderID = c.orderOf(ctx, a.EventID, a.Subscriber)
	}
	if subscriber, given := args["subscriber"]; given {
		a.Subscriber = text(subscriber)
	}
	for _, given := range []map[string]any{args, inner(args, "deliveryData"), inner(args, "move")} {
		for _, key := range []string{"id", "orderId"} {
			if id, err := strconv.ParseInt(text(given[key]), 10, 64); err == nil && id > 0 {
				a.OrderID = id
			}
		}
		for _, key := range []string{"status", "to", "number", "amount", "step", "note", "reason", "deliveryTime"} {
			a.Detail += " " + text(given[key])
		}
	}
	a.Detail = cut(strings.Join(strings.Fields(a.Detail), " "))
	return a
}

func inner(args map[string]any, name string) map[string]any {
	fields, _ := args[name].(map[string]any)
	return fields
}

func text(v any) string {
	if v == nil {
		return ""
	}
	return fmt.Sprint(v)
}

// cut bounds a detail.
func cut(detail string) string {
	return strings.ToValidUTF8(detail[:min(len(detail), maxDetail)], "")
}
