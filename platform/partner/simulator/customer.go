package simulator

import "acme.example/webshop/platform/fault"

// The buttons of the page.
const (
	pay         = "pay"
	pay3DS      = "pay-3ds"
	confirm     = "confirm" // of 3-D Secure, as the next one
	reject      = "reject"
	payNoFunds  = "pay-no-funds"
	payDeclined = "pay-declined"
	voucher     = "voucher"
	abandon     = "abandon"
)

// The reasons of payments that were not made.
const (
	noFunds      = "insufficient_funds"
	cardDeclined = "card_declined"
	notConfirmed = "authentication_failed"
)

// do carries out a button, and returns the address that follows: the shop's, or the page's own. The caller holds the lock.
func (p payments) do(r Record, c charge, action string) (where string, err error) {
	switch {
	case action == abandon:
		return c.Back, nil
	case r.Status != actionRequired:
		return "?", nil // the page shows why
	case action == voucher && c.Method != card:
		p.giveVoucher(r, c)
		return "?", nil
	case c.Method != card:
		return "", fault.InvalidField("action", "this payment offers %s and %s", voucher, abandon)
	}
	switch action {
	case pay, confirm:
		return p.pay(r, c), nil
	case pay3DS:
		return "?step=" + confirm, nil
	case reject:
		return "?said=" + notConfirmed, nil
	case payNoFunds:
		return "?said=" + noFunds, nil
	case payDeclined:
		p.turn(r, failed, cardDeclined)
		return "?", nil
	}
	return "", fault.InvalidField("action", "the page has no such button")
}

// pay pays, unless the knob declines the card; then the customer may try again.
func (p payments) pay(r Record, c charge) (where string) {
	if p.chance(p.knobs.DeclineRate) {
		p.counters.Refused++
		return "?said=" + cardDeclined
	}
	p.turn(r, succeeded, "")
	return c.Back
}

// texts are the texts of the page, by language and name.
var texts = map[string]map[string]string{
	"en": {
		"simulation": "SIMULATION", "noMoney": "No money moves. This page stands in for a payment provider.",
		"missing": "There is no such payment.", "order": "Order", "amount": "Amount", "number": "Pay with the number", "payee": "Pay to", "until": "Until",
		"payLater": "You can pay with this number until then. Keep it, and go back to the shop.", "back": "Back to the shop",
		pay: "Pay", pay3DS: "Pay with 3-D Secure", payNoFunds: "Pay with a card without funds", payDeclined: "Pay with a card that the bank declines for good",
		voucher: "Get the number to pay with", abandon: "Back to the shop without paying here", confirm: "Yes, it is me", reject: "No, it is not me",
		"confirmation": "3-D Secure: your bank asks whether it is you who pays.",
		noFunds:        "The card does not have the funds. Nothing was charged; you can try again.",
		cardDeclined:   "The bank declined the card. Nothing was charged; you can try again.",
		notConfirmed:   "The bank could not confirm that it was you. Nothing was charged; you can try again.",
		succeeded:      "This is paid. It cannot be paid twice.", failed: "The payment was declined. Nothing was charged.",
		expired: "The time to pay is over. Nothing was charged.",
	},
	"es": {
		"simulation": "SIMULACIÓN", "noMoney": "No se mueve dinero. Esta página representa a un proveedor de pagos.",
		"missing": "No existe tal pago.", "order": "Pedido", "amount": "Importe", "number": "Pague con el número", "payee": "Pague a", "until": "Hasta",
		"payLater": "Puede pagar con este número hasta entonces. Guárdelo y vuelva a la tienda.", "back": "Volver a la tienda",
		pay: "Pagar", pay3DS: "Pagar con 3-D Secure", payNoFunds: "Pagar con una tarjeta sin fondos", payDeclined: "Pagar con una tarjeta que el banco rechaza sin remedio",
		voucher: "Obtener el número para pagar", abandon: "Volver a la tienda sin pagar aquí", confirm: "Sí, soy yo", reject: "No, no soy yo",
		"confirmation": "3-D Secure: su banco pregunta si es usted quien paga.",
		noFunds:        "La tarjeta no tiene fondos. No se cobró nada; puede intentarlo de nuevo.",
		cardDeclined:   "El banco rechazó la tarjeta. No se cobró nada; puede intentarlo de nuevo.",
		notConfirmed:   "El banco no pudo confirmar que era usted. No se cobró nada; puede intentarlo de nuevo.",
		succeeded:      "Esto está pagado. No se puede pagar dos veces.", failed: "El pago fue rechazado. No se cobró nada.",
		expired: "El plazo para pagar terminó. No se cobró nada.",
	},
}
