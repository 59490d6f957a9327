package aws

import (
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"acme.example/webshop/platform/limit"
)

// TestTheClientIsWhomTheGatewaySaw, whatever it writes into headers; and it has limits, even if it seems to be this
// machine.
func TestTheClientIsWhomTheGatewaySaw(t *testing.T) {
	for _, source := range []string{"203.0.113.7", "127.0.0.1"} {
		for _, said := range []string{"", "198.51.100.1", "198.51.100.1, 203.0.113.7", "127.0.0.1", "198.51.100.1, 127.0.0.1"} {
			e := events.APIGatewayProxyRequest{
				HTTPMethod: "POST", Path: "/createOrder", Headers: map[string]string{"x-forwarded-for": said},
				MultiValueHeaders: map[string][]string{"X-Forwarded-For": {said}, "Forwarded": {"for=198.51.100.1"}},
			}
			e.RequestContext.Identity.SourceIP = source
			r, err := request(t.Context(), e)
			if err != nil {
				t.Fatal(err)
			}
			if client, limited := (limit.Proxies)(nil).Client(r); client.String() != source+"/32" || !limited {
				t.Errorf("%s says %q: %v, limited %t", source, said, client, limited)
			}
		}
	}
}
