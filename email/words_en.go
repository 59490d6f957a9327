package email

import "time"

// english is the catalogue of texts in English. Keys that begin with an event's name belong to its mail.
var english = map[string]string{
	"brand":     "ACME Potted Plants",
	"order":     "Order %d",
	"items":     "Your plants",
	"total":     "Total",
	"subtotal":  "Subtotal",
	"gift":      "A gift from us",
	"before":    "before",
	"free":      "Free",
	"included":  "Includes %s.",
	"when":      "Day and time",
	"address":   "Where we deliver",
	"phone":     "Your telephone number",
	"track":     "Follow your order",
	"button":    "If the button does not work, copy this address into your browser:",
	"keep":      "The links in this mail open your order without a password. Please keep them to yourself.",
	"why":       "You get this mail because plants were ordered with your address. If that was not you, there is nothing to do.",
	"test-note": "This is a test order: nothing is paid, and nothing is delivered.",

	"OrderCreated.subject": "Thank you for your order %d",
	"OrderCreated.title":   "Thank you, %s!",
	"OrderCreated.lead":    "Your order has reached us, and our gardeners are choosing your plants.",
	"OrderCreated.next":    "As soon as they are ready to travel, we write again and you pick the day that suits you.",
	"OrderCreated.button":  "Follow your order",

	"OrderDeliverable.subject": "Order %d is ready: pick a delivery time",
	"OrderDeliverable.title":   "Your plants are ready, %s",
	"OrderDeliverable.lead":    "They are watered, wrapped and looking forward to their new home. All we need is a time when someone is in.",
	"OrderDeliverable.next":    "Once you have picked a time we keep it for you, so take one that really suits you.",
	"OrderDeliverable.button":  "Pick a delivery time",

	"DeliveryBooked.subject": "Order %d comes on %s",
	"DeliveryBooked.title":   "See you soon, %s",
	"DeliveryBooked.lead":    "Your delivery is booked. This is when we are at your door:",
	"DeliveryBooked.next":    "A tip for the first evening: a little water and a bright place out of the midday sun, and your plants will settle in well.",
	"DeliveryBooked.button":  "Follow your order",

	"OrderCancelled.subject": "Order %d is cancelled",
	"OrderCancelled.title":   "Your order is cancelled, %s",
	"OrderCancelled.lead":    "Nothing will be delivered.",
	"OrderCancelled.next":    "You are welcome back at any time.",
	"OrderCancelled.button":  "See your order",

	"PaymentDeclined.subject": "Order %d: your payment did not go through",
	"PaymentDeclined.title":   "Your payment did not go through, %s",
	"PaymentDeclined.lead":    "We kept asking your bank, and the payment of this order did not come about. The order was not made, and you owe nothing for it.",
	"PaymentDeclined.next":    "If you still want your plants, simply order again. Should this payment arrive after all, we give it back by ourselves.",
	"PaymentDeclined.button":  "See your order",

	"PaymentDeclined.not-paid.subject": "Order %d was not paid in time",
	"PaymentDeclined.not-paid.title":   "Your order has ended, %s",
	"PaymentDeclined.not-paid.lead":    "It was not paid in time, so we have not kept the plants for you. Nothing was charged, and you owe nothing for it.",
	"PaymentDeclined.not-paid.next":    "If you still want your plants, simply order again. Should a payment for this order arrive after all, we give it back by ourselves.",
	"PaymentDeclined.not-paid.button":  "See your order",

	"cancelled.customer":                "You asked us to cancel this order, and so we did. Nothing will be delivered.",
	"cancelled.operator":                "We had to cancel this order. We are sorry. Nothing will be delivered.",
	"cancelled.out-of-stock":            "Our growers cannot supply the plants of this order. We are sorry. Nothing will be delivered.",
	"cancelled.organization-unverified": "We could not verify the organization that this order was made for. Nothing will be delivered.",
	"cancelled.not-accepted":            "We are sorry that we cannot accept this order. Nothing will be delivered.",
	"cancelled.paid-too-late":           "Your payment arrived after this order had ended for want of it. Nothing will be delivered.",
	"refund":                            "We are giving %s back, the way you paid. Banks may take a few days to show it.",
	"nothing-due":                       "You owe nothing for this order.",
}

// whenInEnglish writes "Thursday, November 26, 9:00 AM".
func whenInEnglish(at time.Time, year bool) string {
	if year {
		return at.Format("Monday, January 2, 2006, 3:04 PM")
	}
	return at.Format("Monday, January 2, 3:04 PM")
}
