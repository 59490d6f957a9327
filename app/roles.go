package app

import (
	"net/http"
	"strings"

	"acme.example/webshop/platform/login"
)

// needed is the one table of the roles on the private listener. A path that ends in a slash covers all below it. For
// other paths, reads take the role read, and the rest admin.
var needed = map[string][]login.Role{
	"GET " + login.Path: {login.Anyone}, "POST " + login.Path: {login.Anyone}, "POST " + login.LogoutPath: {login.Anyone},
	"GET /console/assets/": {login.Anyone}, // no data
	"GET /debug/pprof/":    {login.Admin},
	"GET /database":        {login.Read},
	"POST /database":       {login.Read}, // mutations take their own roles (mutations)
	"POST /rules/try":      {login.Read}, "POST /rules/check": {login.Read},
	"POST /rules/activate": {login.Rules}, "POST /rules/rollback": {login.Rules},
	"POST /approve": {login.Approve}, "POST /refuse": {login.Approve}, "POST /approveRefund": {login.Approve}, "POST /refundOrder": {login.Support},
	"POST /refuseRefund": {login.Approve, login.Support},
	"POST /cancelOrder":  {login.Support}, "POST /updateOrderStatus": {login.Support}, "POST /placeOrder": {login.Support}, "POST /correctOrder": {login.Support},
	"POST /bookDelivery": {login.Support}, "POST /moveDelivery": {login.Support}, "POST /reportDelivery": {login.Support}, "POST /email": {login.Support}, "POST /stock": {login.Support}, "POST /stock/counts": {login.Support},
	"POST /finance": {login.Support}, "POST /deadletters/": {login.Support},
	"POST /answerComplaint": {login.Support}, "GET /complaints": {login.Support}, "GET /complaints/": {login.Support}, // what customers wrote, and their photos
	"POST /notes": {login.Support}, "POST /orderLink": {login.Support}, "POST /renewLink": {login.Support},
	"POST /bulk": {login.Support}, "POST /bulk/try": {login.Support}, "POST /bulk/stop": {login.Support},
	"POST /mails/": {login.Support}, "GET /mails/": {login.Support}, // they have the keys to an order
	"POST /ledger/corrections": {login.Admin}, "PUT /partners/": {login.Admin},
}

// mutations is the same for GraphQL. Other mutations take admin.
var mutations = map[string][]login.Role{
	"placeOrder": {login.Support, login.Stage}, "updateOrderStatus": {login.Support, login.Stage}, "addDeliveryDataToOrder": {login.Support, login.Stage},
	"moveDelivery": {login.Support}, "cancelOrder": {login.Support},
	"decideReview": {login.Approve}, "refundOrder": {login.Support}, "approveRefund": {login.Approve}, "refuseRefund": {login.Approve, login.Support},
	"replayDeadLetter": {login.Support}, "replayDeadLetters": {login.Support}, "discardDeadLetter": {login.Support},
}

// needs returns the roles that allow a request; one of them is enough.
func needs(r *http.Request) []login.Role {
	method := r.Method
	if method == http.MethodHead || method == http.MethodOptions {
		method = http.MethodGet
	}
	if roles, known := needed[method+" "+r.URL.Path]; known {
		return roles
	}
	for path := r.URL.Path; path != ""; {
		path = path[:max(strings.LastIndexByte(strings.TrimSuffix(path, "/"), '/')+1, 0)]
		if roles, known := needed[method+" "+path]; known {
			return roles
		}
		if path == "/" {
			break
		}
	}
	if method == http.MethodGet {
		return []login.Role{login.Read}
	}
	return []login.Role{login.Admin}
}

// mutationNeeds returns the roles that allow a mutation; one of them is enough.
func mutationNeeds(name string) []login.Role {
	if roles, known := mutations[name]; known {
		return roles
	}
	return []login.Role{login.Admin}
}
