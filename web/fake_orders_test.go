package web

import (
	"acme.example/webshop/fault"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"
)

type object = map[string]any

func reply(w http.ResponseWriter, body any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(body)
}

// segment is a market's currency, language, time zone and rate.
func segment(market string) (currency, language, zone string, rate int) {
	if market == "MX" {
		return "MXN", "es", "America/Mexico_City", 20
	}
	return "USD", "en", "America/New_York", 1
}

var fakePlants = []struct {
	sku, en, es, aboutEN, aboutES string
	dollars                       int
}{
	{"LB001", "Monstera", "Monstera", "Big split leaves that open one by one. Likes bright shade and a drink once a week.", "Grandes hojas partidas que se abren una a una. Le gusta la sombra clara y beber una vez por semana.", 150},
	{"LB002", "Fiddle-leaf fig", "Ficus lira", "A small tree with leaves like violins. Give it one bright place and let it stay.", "Un arbolito con hojas como violines. Dale un lugar con luz y no lo muevas.", 180},
	{"EX001", "Bird of paradise", "Ave del paraíso", "Paddles of green and, in its third year, birds of orange and blue.", "Remos verdes y, al tercer año, pájaros naranjas y azules.", 300},
	{"EX002", "Orchid tree", "Árbol orquídea", "Butterfly leaves, and flowers that people take for orchids.", "Hojas de mariposa y flores que parecen orquídeas.", 500},
	{"BB001", "Lucky bamboo", "Bambú de la suerte", "Five stalks in a mended bowl. It asks for a little water and no sun.", "Cinco tallos en un cuenco reparado con oro. Pide poca agua y nada de sol.", 150},
	{"BB002", "Bonsai ficus", "Ficus bonsái", "Twelve years old and a foot high. Trim it when you need to think.", "Doce años y treinta centímetros. Pódalo cuando necesites pensar.", 125},
}

func (f *fakeShop) catalog(w http.ResponseWriter, r *http.Request) {
	market := r.FormValue("market")
	if market != "US" && market != "MX" {
		fault.Write(w, fault.InvalidField("market", "there is no market %q", market))
		return
	}
	currency, language, zone, rate := segment(market)
	var products []object
	for _, p := range fakePlants {
		products = append(products, object{"sku": p.sku, "price": p.dollars * 100 * rate,
			"name": object{"en": p.en, "es": p.es}, "description": object{"en": p.aboutEN, "es": p.aboutES}})
	}
	reply(w, object{"market": market, "markets": []string{"MX", "US"}, "currency": currency, "language": language, "timeZone": zone, "products": products})
}

func (f *fakeShop) createOrder(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var draft map[string]any
	if err := json.NewDecoder(r.Body).Decode(&draft); err != nil {
		fault.Write(w, fault.Wrap(err, fault.Malformed, "not JSON"))
		return
	}
	if err := refusal(draft["name"].(string), draft["email"].(string)); err != nil {
		fault.Write(w, err)
		return
	}
	key := r.Header.Get("Idempotency-Key")
	o := f.order(key, draft)
	if draft["name"] == "lost" && !o.lost {
		o.lost = true
		panic(http.ErrAbortHandler)
	}
	currency, _, _, _ := segment(draft["market"].(string))
	reply(w, object{"status": "SUCCESS", "redirectUrl": "/success", "orderId": o.id, "totalPrice": draft["totalPrice"],
		"currency": currency, "trackingUrl": "http://localhost/order?key=" + key})
}

// order is the order of a key: the one that is there, or a new one.
func (f *fakeShop) order(key string, draft map[string]any) *fakeOrder {
	if f.orders[key] == nil {
		f.orders[key] = &fakeOrder{id: 700100 + len(f.orders), draft: draft, made: time.Now()}
	}
	return f.orders[key]
}

func refusal(name, email string) error {
	switch name {
	case "declined":
		return fault.New(fault.Declined, "the payment was declined")
	case "price":
		return fault.InvalidField("totalPrice", "must be 15000")
	case "slow":
		time.Sleep(8 * time.Second)
	case "doubt":
		return &fault.Error{Code: fault.InDoubt, Message: "the provider did not say", RetryAfter: time.Second}
	}
	if strings.HasSuffix(email, "@nowhere") {
		return fault.InvalidFields(fault.Field{Name: "email", Detail: "must be a mail address such as someone@example.com"}, fault.Field{Name: "city", Detail: "must have at most 100 characters"})
	}
	return nil
}

func (f *fakeShop) trackOrder(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	key := r.FormValue("key")
	o := f.orders[key]
	if o == nil {
		fault.Write(w, fault.New(fault.Unauthorized, "this takes the signed link"))
		return
	}
	market := o.draft["market"].(string)
	currency, language, zone, _ := segment(market)
	status, steps := f.progress(key, o)
	deliveryURL := ""
	if status == "STOCKED" && len(steps) == 4 {
		deliveryURL = "http://localhost/delivery?order=" + key
	}
	reply(w, object{"orderId": o.id, "status": status, "products": o.draft["products"], "totalPrice": o.draft["totalPrice"], "currency": currency,
		"market": market, "language": language, "timeZone": zone, "deliveryTime": f.booked[key], "deliveryUrl": deliveryURL, "steps": steps})
}

// progress is how far an order is by its age: a step each three seconds, up to the customer's turn.
func (f *fakeShop) progress(key string, o *fakeOrder) (string, []object) {
	events := []string{"OrderCreated", "OrderPlaced", "StockCreated", "OrderDeliverable", "DeliveryBooked"}
	statuses := []string{"CREATED", "PLACED", "PLACED", "STOCKED", "DELIVERY_BOOKED"}
	n := min(int(time.Since(o.made)/(3*time.Second)), 3)
	if f.booked[key] != "" {
		n = 4
	}
	var steps []object
	for i, e := range events[:n+1] {
		steps = append(steps, object{"event": e, "time": strconv.FormatInt(o.made.Add(time.Duration(i)*3*time.Second).UnixMilli(), 10)})
	}
	return statuses[n], steps
}
