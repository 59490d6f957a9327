package email

import (
	"fmt"
	"time"
)

// spanish is the catalogue of texts in Mexican Spanish.
var spanish = map[string]string{
	"brand":     "ACME Plantas en Maceta",
	"order":     "Pedido %d",
	"items":     "Tus plantas",
	"total":     "Total",
	"subtotal":  "Subtotal",
	"gift":      "Un regalo nuestro",
	"before":    "antes",
	"free":      "Gratis",
	"included":  "Incluye %s.",
	"when":      "Día y hora",
	"address":   "Dónde entregamos",
	"phone":     "Tu número de teléfono",
	"track":     "Sigue tu pedido",
	"button":    "Si el botón no funciona, copia esta dirección en tu navegador:",
	"keep":      "Los enlaces de este correo abren tu pedido sin contraseña. Por favor, no los compartas.",
	"why":       "Recibes este correo porque alguien pidió plantas con tu dirección. Si no fuiste tú, no tienes que hacer nada.",
	"test-note": "Este es un pedido de prueba: no se cobra ni se entrega nada.",

	"OrderCreated.subject": "Gracias por tu pedido %d",
	"OrderCreated.title":   "¡Gracias, %s!",
	"OrderCreated.lead":    "Ya recibimos tu pedido y nuestros jardineros están eligiendo tus plantas.",
	"OrderCreated.next":    "En cuanto estén listas para viajar te escribimos de nuevo, para que elijas el día que más te convenga.",
	"OrderCreated.button":  "Sigue tu pedido",

	"OrderDeliverable.subject": "Tu pedido %d está listo: elige la hora de entrega",
	"OrderDeliverable.title":   "Tus plantas están listas, %s",
	"OrderDeliverable.lead":    "Ya están regadas, envueltas y con ganas de llegar a su nuevo hogar. Solo falta una hora en la que haya alguien en casa.",
	"OrderDeliverable.next":    "La hora que elijas queda reservada para ti, así que toma la que de verdad te acomode.",
	"OrderDeliverable.button":  "Elige la hora de entrega",

	"DeliveryBooked.subject": "Tu pedido %d llega el %s",
	"DeliveryBooked.title":   "Nos vemos pronto, %s",
	"DeliveryBooked.lead":    "Tu entrega está reservada. A esta hora estaremos en tu puerta:",
	"DeliveryBooked.next":    "Un consejo para la primera noche: un poco de agua y un lugar con luz, lejos del sol del mediodía, y tus plantas se sentirán en casa.",
	"DeliveryBooked.button":  "Sigue tu pedido",

	"OrderCancelled.subject": "Tu pedido %d está cancelado",
	"OrderCancelled.title":   "Tu pedido está cancelado, %s",
	"OrderCancelled.lead":    "No se entregará nada.",
	"OrderCancelled.next":    "Aquí estaremos cuando quieras volver.",
	"OrderCancelled.button":  "Ver tu pedido",

	"PaymentDeclined.subject": "Pedido %d: tu pago no se realizó",
	"PaymentDeclined.title":   "Tu pago no se realizó, %s",
	"PaymentDeclined.lead":    "Preguntamos a tu banco una y otra vez, y el pago de este pedido no se realizó. El pedido no se hizo y no debes nada por él.",
	"PaymentDeclined.next":    "Si todavía quieres tus plantas, solo haz el pedido otra vez. Si este pago llegara después, te lo devolvemos nosotros.",
	"PaymentDeclined.button":  "Ver tu pedido",

	"PaymentDeclined.not-paid.subject": "El pedido %d no se pagó a tiempo",
	"PaymentDeclined.not-paid.title":   "Tu pedido ya terminó, %s",
	"PaymentDeclined.not-paid.lead":    "No se pagó a tiempo, así que ya no apartamos las plantas para ti. No se te cobró nada y no debes nada por él.",
	"PaymentDeclined.not-paid.next":    "Si todavía quieres tus plantas, solo haz el pedido otra vez. Si llegara un pago por este pedido, te lo devolvemos nosotros.",
	"PaymentDeclined.not-paid.button":  "Ver tu pedido",

	"cancelled.customer":                "Nos pediste cancelar este pedido, y así lo hicimos. No se entregará nada.",
	"cancelled.operator":                "Tuvimos que cancelar este pedido. Lo sentimos mucho. No se entregará nada.",
	"cancelled.out-of-stock":            "Nuestros viveros no pueden surtir las plantas de este pedido. Lo sentimos mucho. No se entregará nada.",
	"cancelled.organization-unverified": "No pudimos verificar la organización para la que se hizo este pedido. No se entregará nada.",
	"cancelled.not-accepted":            "Lamentamos no poder aceptar este pedido. No se entregará nada.",
	"cancelled.paid-too-late":           "Tu pago llegó cuando este pedido ya había terminado por falta de pago. No se entregará nada.",
	"refund":                            "Te devolvemos %s por el mismo medio con el que pagaste. El banco puede tardar unos días en mostrarlo.",
	"nothing-due":                       "No debes nada por este pedido.",
}

// The standard library has names of days and months in English only.
var (
	weekdaysInSpanish = [...]string{"domingo", "lunes", "martes", "miércoles", "jueves", "viernes", "sábado"}
	monthsInSpanish   = [...]string{"enero", "febrero", "marzo", "abril", "mayo", "junio",
		"julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"}
)

// whenInSpanish writes "jueves, 26 de noviembre, 9:00".
func whenInSpanish(at time.Time, year bool) string {
	day := fmt.Sprintf("%s, %d de %s", weekdaysInSpanish[at.Weekday()], at.Day(), monthsInSpanish[at.Month()-1])
	if year {
		day += fmt.Sprintf(" de %d", at.Year())
	}
	return fmt.Sprintf("%s, %d:%02d", day, at.Hour(), at.Minute())
}
